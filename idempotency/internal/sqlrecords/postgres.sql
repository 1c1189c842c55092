-- Each "== name" begins a statement, or a part of one that others name in braces.
-- Durations are microseconds; the only clock is the server's.

== micros
interval '1 microsecond'

== gone
(r.expires_at <= clock_timestamp() AND r.state <> 5 AND (r.state <> 1 OR r.lease_until <= clock_timestamp()))

== brief
-- How long a statement waits for the lock of a record; it is bounded before the wait begins.
(SELECT set_config('lock_timeout', '1000', true)) AS brief

== kept
-- Settled work is kept for half its retention at least. Mostly that is so, and the index need not be touched.
CASE WHEN expires_at < clock_timestamp() + retain * {micros} / 2 THEN clock_timestamp() + retain * {micros} ELSE expires_at END

== columns
r.key, r.state, r.owner, r.fence, r.fingerprint, r.result, r.progress,
r.fingerprint IS NULL, r.result IS NULL, r.progress IS NULL, r.taken_over,
CASE WHEN r.state = 1 THEN (extract(epoch FROM r.lease_until - clock_timestamp()) * 1000000)::bigint ELSE 0 END,
greatest((extract(epoch FROM clock_timestamp() - r.first_claimed_at) * 1000000)::bigint, 0),
r.namespace, r.workflow_id, r.run_id, r.activity_type, r.activity_id, r.attempt,
{gone}

== exists
SELECT to_regclass($1::text) IS NOT NULL

== schema
SELECT pg_advisory_xact_lock(hashtext('temporal-patterns idempotency'));
CREATE TABLE IF NOT EXISTS {table} (
	key              bytea       NOT NULL CONSTRAINT {pkey} PRIMARY KEY,
	state            smallint    NOT NULL, -- 1 in progress, 2 completed, 3 failed, 4 pending, 5 indeterminate, 6 released
	owner            bytea       NOT NULL,
	fence            bigint      NOT NULL,
	taken_over       boolean     NOT NULL DEFAULT false,
	fingerprint      bytea,
	result           bytea,
	progress         bytea,
	lease_until      timestamptz NOT NULL,
	first_claimed_at timestamptz NOT NULL,
	expires_at       timestamptz NOT NULL,
	retain           bigint      NOT NULL, -- microseconds
	indeterminate_since    timestamptz,
	namespace        text        NOT NULL,
	workflow_id      text        NOT NULL,
	run_id           text        NOT NULL,
	activity_type    text        NOT NULL,
	activity_id      text        NOT NULL,
	attempt          integer     NOT NULL
) WITH (fillfactor = 60);
-- No index mentions state or lease_until: finishing and renewing would have to touch it.
CREATE INDEX IF NOT EXISTS {expires_index} ON {table} (expires_at);
CREATE INDEX IF NOT EXISTS {indeterminate_index} ON {table} (key) WHERE indeterminate_since IS NOT NULL;

== takeable
(r.state = 6 OR {gone}
	OR (r.state = 1 AND r.lease_until <= clock_timestamp() AND r.owner <> $2::bytea AND NOT $12::boolean))

== claim
WITH taken AS (
	INSERT INTO {table} AS r (key, state, owner, fence, fingerprint, lease_until, first_claimed_at, expires_at, retain,
		namespace, workflow_id, run_id, activity_type, activity_id, attempt)
	SELECT $1::bytea, 1, $2::bytea, 1, $3::bytea, c.now + $4::bigint * {micros}, c.now, c.now + $5::bigint * {micros}, $5::bigint,
		$6::text, $7::text, $8::text, $9::text, $10::text, $11::integer
	FROM (SELECT clock_timestamp() AS now, set_config('lock_timeout', $13::text, true)) c
	-- ON CONFLICT would lock the record, and write, even to leave it alone.
	WHERE NOT EXISTS (SELECT FROM {table} r WHERE r.key = $1::bytea AND NOT {takeable})
	ON CONFLICT (key) DO UPDATE SET
		(state, owner, fence, taken_over, fingerprint, result, progress, lease_until, first_claimed_at, expires_at, retain, indeterminate_since,
			namespace, workflow_id, run_id, activity_type, activity_id, attempt) = (
			SELECT 1, excluded.owner, r.fence + 1, NOT fresh,
				CASE WHEN expired OR (fresh AND r.progress IS NULL) THEN excluded.fingerprint ELSE r.fingerprint END, NULL::bytea,
				CASE WHEN expired THEN NULL ELSE r.progress END,
				now + $4::bigint * {micros},
				CASE WHEN expired THEN now ELSE r.first_claimed_at END,
				now + $5::bigint * {micros}, $5::bigint, NULL::timestamptz,
				excluded.namespace, excluded.workflow_id, excluded.run_id,
				excluded.activity_type, excluded.activity_id, excluded.attempt
			FROM (
				-- One reading of the clock for all columns. What WHERE has found abandoned can be expired by now.
				SELECT now, expired, r.state = 6 OR expired AS fresh FROM (
					SELECT now, r.expires_at <= now AND (r.state <> 1 OR r.lease_until <= now) AS expired
					FROM (SELECT clock_timestamp() AS now) c
				) c
			) c
		)
	WHERE {takeable}
	RETURNING *
)
-- What is done with the record in this transaction waits as long as the connection says.
SELECT {columns}, true FROM taken r WHERE set_config('lock_timeout', NULL, true) IS NOT NULL
UNION ALL
-- The record as it was before this statement, when it was not taken.
SELECT {columns}, false FROM {table} r WHERE r.key = $1::bytea AND NOT EXISTS (SELECT FROM taken)

== review
UPDATE {table} AS r SET state = 5, indeterminate_since = clock_timestamp() FROM {brief}
-- The fence: the caller has judged this claim, and the next one may be its own.
WHERE r.key = $1::bytea AND r.fence = $2::bigint AND r.state = 1 AND r.lease_until <= clock_timestamp() AND NOT {gone}
RETURNING {columns}

== get
SELECT {columns} FROM {table} r WHERE r.key = $1::bytea

== renew
UPDATE {table} SET lease_until = clock_timestamp() + $4::bigint * {micros}, progress = coalesce($5::bytea, progress)
FROM {brief}
WHERE key = $1::bytea AND owner = $2::bytea AND fence = $3::bigint AND state = 1

== finish
UPDATE {table} SET state = $4::smallint, result = $5::bytea,
	indeterminate_since = CASE WHEN $4::smallint = 5 THEN clock_timestamp() END, expires_at = {kept}
FROM {brief}
WHERE key = $1::bytea AND owner = $2::bytea AND fence = $3::bigint
	AND (state IN (1, 5) OR (state = $4::smallint AND result IS NOT DISTINCT FROM $5::bytea))

== release
UPDATE {table} SET state = 6, fingerprint = CASE WHEN progress IS NOT NULL THEN fingerprint END, expires_at = {kept}
FROM {brief}
WHERE key = $1::bytea AND owner = $2::bytea AND fence = $3::bigint AND state IN (1, 6)

== list
SELECT {columns} FROM {table} r WHERE r.key > $1::bytea AND ($2::smallint = 0 OR r.state = $2::smallint)
	AND (NOT $3::boolean OR (r.state = 1 AND r.lease_until <= clock_timestamp()))
	AND NOT {gone}
ORDER BY r.key LIMIT $4::bigint

== list_indeterminate
SELECT {columns} FROM {table} r WHERE r.key > $1::bytea AND r.state = $2::smallint
	AND r.indeterminate_since IS NOT NULL AND NOT $3::boolean
ORDER BY r.key LIMIT $4::bigint

== resolve
UPDATE {table} SET state = $3::smallint, result = CASE WHEN $3::smallint = 6 THEN NULL ELSE $4::bytea END, indeterminate_since = NULL,
	fingerprint = CASE WHEN $3::smallint = 6 AND progress IS NULL THEN NULL ELSE fingerprint END,
	expires_at = {kept}
FROM {brief}
WHERE key = $1::bytea AND fence = $2::bigint
	AND (state IN (4, 5) OR (state = 1 AND lease_until <= clock_timestamp()))

== delete
DELETE FROM {table} USING {brief} WHERE key = $1::bytea AND NOT (state = 1 AND lease_until > clock_timestamp())

== sweep
DELETE FROM {table} WHERE key IN (
	SELECT key FROM {table}
	WHERE expires_at <= (SELECT clock_timestamp()) AND state <> 5
		AND NOT (state = 1 AND lease_until > clock_timestamp())
	ORDER BY expires_at LIMIT $1::bigint FOR UPDATE SKIP LOCKED
)
