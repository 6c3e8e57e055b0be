from features.profiling.answers import sales
from features.profiling.readings.sales_types import KEY, SalesTypes


def test_types_of_sales_are_chosen_and_asked_about():
    guessed = SalesTypes.of(["visit", "call", "demo", "call"])
    assert guessed.types == ("call", "demo")
    (question,) = guessed.questions
    assert (question.key, question.chosen, question.others) == (KEY, ["call", "demo"], ([],))
    assert "only happen because sales works the lead" in question.sentence


def test_other_types_need_no_question():
    assert SalesTypes.of(["visit", "form"]) == SalesTypes()


def test_an_answer_takes_the_place_of_the_guess():
    guessed = SalesTypes.of(["call", "demo"])
    assert sales({}, guessed) is guessed
    assert sales({KEY: ["call"]}, guessed) == SalesTypes(("call",))
    assert sales({KEY: []}, guessed) == SalesTypes()
