"""Every wait of the service, the shortest first: each ends before whoever waits for it gives up.

A call that reaches the store waits for a lock, then for a statement, then for its turn; a request
for its body, then for its answer; a stop for the requests in flight. Seconds.
"""

# PostgreSQL: a lock that others hold, a connection, a statement; then its answer, which a network
# may have lost.
LOCK = 2.0
CONNECT = 3.0
STATEMENT = 5.0
REPLY = 7.0
# A call that finds the store held by others asks again for so long: what a CRM waits for.
STORE = 10.0
# So does a part of a file or of a clean-up, for which nobody waits.
PART = 60.0
# A head that does not come, a body that does not come; then the answer to it.
HEAD = 10.0
BODY = 20.0
ANSWER = 30.0
# BentoML's own: its answer has another shape, and a status that CRMs repeat for days.
BENTOML = 60.0
# A stop waits for the requests in flight, and whoever started the service for its stop.
STOP = 55.0
ORPHANS = 58.0
