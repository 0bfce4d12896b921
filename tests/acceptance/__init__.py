"""The acceptance tests of the handbook (section 11), each found by its number.

| number | where |
|---|---|
| 11.1 codes | `test_tables.py` |
| 11.2 what never counts | `cases/02-never-counts.yaml` |
| 11.3 annulled | `cases/03-annulled.yaml`; the addendum: `test_addendum.py` |
| 11.4 repaired | `cases/04-repaired.yaml` |
| 11.5 periods, old rule and new | `cases/05-periods.yaml` |
| 11.6 finality, both policies | `cases/06-finality.yaml` |
| 11.12 no class to the public | `test_cases.py`; all doors: `serving/doors/test_access.py` |
| 11.13 objection | `cases/13-objection.yaml` |
| 11.14 amounts | `test_tables.py` |
| 11.15 scoring last month again | `test_rescoring.py`; any past day: `test_replay.py` |
"""
