"""The names of columns and outcomes in exports that are not English.

German, French, Spanish, Italian, Dutch and Portuguese, as CRMs and lists kept by hand write them.
Names are compared by their letters and digits alone, in lower case.
"""

from __future__ import annotations

# fmt: off
COLUMNS = {
    "lead_id": "lead_nr leadnummer lead_nummer kundennummer kunden_nr kontakt_id interessent_id "
    "datensatz_id id_de_la_fiche numéro_prospect id_contact id_prospect id_contacto id_contatto "
    "id_lead",
    "account_id": "firma unternehmen firmenname unternehmensname account_name kunde société "
    "entreprise nom_de_l_entreprise name_des_unternehmens nom_de_la_société empresa "
    "nombre_de_la_empresa compañía azienda società bedrijf bedrijfsnaam",
    "created_at": "erstellt_am erstellungsdatum erstelldatum angelegt_am anlagedatum eingangsdatum "
    "date_de_création créé_le fecha_de_creación creado_el data_di_creazione data_creazione "
    "aanmaakdatum gemaakt_op data_de_criação criado_em",
    "closed_at": "geschlossen_am abgeschlossen_am abschlussdatum schlusstermin gewonnen_am "
    "entschieden_am date_de_clôture date_de_fermeture fecha_de_cierre data_di_chiusura "
    "data_chiusura sluitingsdatum afsluitdatum data_de_fechamento",
    "amount": "betrag auftragswert umsatz abschlusswert montant importe importo bedrag valor",
    "outcome": "ergebnis ausgang phase verkaufsphase leadstatus lifecycle_phase stufe résultat "
    "statut statut_du_lead phase_du_cycle_de_vie étape "
    "resultado etapa estado esito fase stato uitkomst fase_do_negócio",
    "segments": "quelle leadquelle lead_quelle herkunft branche land region kanal origine "
    "secteur secteur_d_activité pays origen sector país fonte settore bron origem "
    "setor",
}

WON = {
    "gewonnen", "verkauft", "gekauft", "kunde", "konvertiert", "qualifiziert", "ja", "wahr",
    "gagné", "gagnée", "vendu", "client", "converti", "qualifié", "oui", "vrai",
    "ganado", "ganada", "vendido", "cliente", "convertido", "cualificado", "sí",
    "vinto", "vinta", "venduto", "convertito", "verkocht", "klant", "ganho", "ganha", "sim",
}
LOST = {
    "verloren", "abgelehnt", "abgesagt", "storniert", "disqualifiziert", "unqualifiziert",
    "nichtkonvertiert", "nichtqualifiziert", "nichtgewonnen", "keininteresse", "nichtinteressiert",
    "nein", "falsch", "pasintéressé", "pasintéressée", "sinsinterés", "noninteressato",
    "geeninteresse", "seminteresse",
    "perdu", "perdue", "rejeté", "annulé", "nonconverti", "nonqualifié", "non", "faux",
    "perdido", "perdida", "rechazado", "cancelado", "noconvertido", "nocualificado",
    "perso", "persa", "rifiutato", "annullato", "nonconvertito", "afgewezen", "nee",
    "rejeitado", "nãoconvertido", "não",
}
UNWORKED = {
    "neu", "nichtkontaktiert", "offennichtkontaktiert", "unbearbeitet", "nouveau", "noncontacté",
    "nuevo", "nocontactado", "nuovo", "noncontattato", "nieuw", "novo", "nãocontatado",
}
OPEN = {
    "offen", "inbearbeitung", "kontaktiert", "angebot", "verhandlung", "ouvert", "ouverte",
    "encours", "contacté", "abierto", "abierta", "enproceso", "contactado", "aperto", "aperta",
    "incorso", "contattato", "lopend", "aberto", "emandamento",
}
NOT = {"nicht", "kein", "nie", "pas", "niet", "não", "non"}
PERSONAL = {
    "vorname", "nachname", "ansprechpartner", "strasse", "straße", "anschrift", "adresse",
    "telefon", "telefonnummer", "handy", "mobil", "mobiltelefon", "geburtsdatum", "geburtstag",
    "prénom", "nom", "nomdefamille", "téléphone", "courriel", "datedenaissance",
    "nombre", "apellido", "apellidos", "teléfono", "correo", "correoelectrónico", "dirección",
    "fechadenacimiento", "nome", "cognome", "telefono", "indirizzo", "datadinascita",
    "voornaam", "achternaam", "telefoon", "telefoonnummer", "geboortedatum", "sobrenome",
    "telefone", "endereço",
}
# fmt: on
