import pytest

from features.crm.outcome_words import kind_of
from features.crm.phrases import kind_of_phrase, plain_words


@pytest.mark.parametrize(
    "value",
    [
        "Order placed", "PO received", "3 - Contract signed", "Auftrag erteilt",
        "Commande passée", "Devis signé", "Pedido confirmado", "Presupuesto aceptado",
        "Ordine ricevuto", "Opdracht gegund", "Proposta aceita",
    ],
)  # fmt: skip
def test_an_order_or_an_accepted_offer_is_a_win_where_no_stronger_word_is(value):
    assert kind_of(value) == "won_weaker"


@pytest.mark.parametrize(
    "value",
    [
        "No sale", "No order placed", "Kein Auftrag", "Pas de commande", "Sin pedido",
        "Nessun ordine", "Geen opdracht", "Sem venda", "Quote declined", "Angebot abgelehnt",
        "Devis refusé", "Presupuesto rechazado", "Offerte afgewezen",
    ],
)  # fmt: skip
def test_no_order_and_a_refused_offer_are_losses(value):
    assert kind_of(value) == "lost"


@pytest.mark.parametrize(
    "value",
    [
        "Contract sent", "Quote received", "Angebot erhalten", "No order yet", "Noch kein Auftrag",
        "Contract not signed", "Call declined", "Order", "An order that was placed by somebody",
    ],
)  # fmt: skip
def test_steps_on_the_way_and_what_is_put_off_end_no_lead(value):
    assert kind_of_phrase(plain_words(value)) == ""


@pytest.mark.parametrize(
    ("value", "kind"),
    [("Vendida", "won"), ("Gagnee", "won"), ("Perdue", "lost"), ("Descartada", "lost"),
     ("Abandonné", "lost"), ("Gone cold", "lost"), ("Pausada", "open"),
     ("Joined elsewhere", "lost"), ("Wrong number", "lost"), ("Kein Budget", "lost")],
)  # fmt: skip
def test_words_have_two_genders_and_may_lack_their_accents(value, kind):
    assert kind_of(value) == kind
