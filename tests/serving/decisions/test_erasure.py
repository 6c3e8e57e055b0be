from serving.decisions import erasure
from serving.decisions.erasure import erase, spool_folder
from serving.scoring.earlier_calls import Outcome
from serving.store import Store, spool_records
from serving.store.spool import Spool


def test_a_lead_that_is_brought_to_the_store_meanwhile_is_erased_too(tmp_path, monkeypatch):
    won = Outcome("1", "won", 5)
    Spool(spool_folder(tmp_path)).add(spool_records.outcome_records([won]))

    def drained_just_before(spool, lead_id):
        assert spool.drain(lambda _: len(store.add_outcomes([won])))
        return erase_of_spool(spool, lead_id)

    erase_of_spool = Spool.erase
    monkeypatch.setattr(erasure.Spool, "erase", drained_just_before)
    with Store(f"sqlite:///{tmp_path / 'leadgate.db'}") as store:
        assert erase(store, tmp_path, "1").stored
        # What is reported once more is new again.
        assert store.add_outcomes([won]) == [True]
