-- Each "== name" begins a statement, or a part of one that others name in braces.
-- Instants are microseconds since 1970, by SQLite's own clock, which counts
-- milliseconds and stands still within a statement.

== now
(CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000)

== gone
(expires_at <= {now} AND state <> 5 AND (state <> 1 OR lease_until <= {now}))

== kept
-- Settled work is kept for half its retention at least.
CASE WHEN expires_at < {now} + retain / 2 THEN {now} + retain ELSE expires_at END

== columns
key, state, owner, fence, fingerprint, result, progress,
fingerprint IS NULL, result IS NULL, progress IS NULL, taken_over,
CASE WHEN state = 1 THEN lease_until - {now} ELSE 0 END, max({now} - first_claimed_at, 0),
namespace, workflow_id, run_id, activity_type, activity_id, attempt,
{gone}

== exists
SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND '"' || name || '"' = ?1)

== schema
CREATE TABLE IF NOT EXISTS {table} (
	key              BLOB    NOT NULL PRIMARY KEY,
	state            INTEGER NOT NULL, -- 1 in progress, 2 completed, 3 failed, 4 pending, 5 indeterminate, 6 released
	owner            BLOB    NOT NULL,
	fence            INTEGER NOT NULL,
	taken_over       INTEGER NOT NULL DEFAULT 0,
	fingerprint      BLOB,
	result           BLOB,
	progress         BLOB,
	lease_until      INTEGER NOT NULL,
	first_claimed_at INTEGER NOT NULL,
	expires_at       INTEGER NOT NULL,
	retain           INTEGER NOT NULL, -- microseconds
	indeterminate_since    INTEGER,
	namespace        TEXT    NOT NULL,
	workflow_id      TEXT    NOT NULL,
	run_id           TEXT    NOT NULL,
	activity_type    TEXT    NOT NULL,
	activity_id      TEXT    NOT NULL,
	attempt          INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS {expires_index} ON {table} (expires_at);
CREATE INDEX IF NOT EXISTS {indeterminate_index} ON {table} (key) WHERE indeterminate_since IS NOT NULL;

== claim
INSERT INTO {table} (key, state, owner, fence, fingerprint, lease_until, first_claimed_at, expires_at, retain,
	namespace, workflow_id, run_id, activity_type, activity_id, attempt)
VALUES (?1, 1, ?2, 1, ?3, {now} + ?4, {now}, {now} + ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (key) DO UPDATE SET
	state = 1, owner = excluded.owner, fence = fence + 1,
	taken_over = NOT (state = 6 OR {gone}),
	fingerprint = CASE WHEN {gone} OR (state = 6 AND progress IS NULL) THEN excluded.fingerprint ELSE fingerprint END,
	result = NULL,
	progress = CASE WHEN {gone} THEN NULL ELSE progress END,
	lease_until = excluded.lease_until,
	first_claimed_at = CASE WHEN {gone} THEN excluded.first_claimed_at ELSE first_claimed_at END,
	expires_at = excluded.expires_at, retain = excluded.retain, indeterminate_since = NULL,
	namespace = excluded.namespace, workflow_id = excluded.workflow_id, run_id = excluded.run_id,
	activity_type = excluded.activity_type, activity_id = excluded.activity_id, attempt = excluded.attempt
WHERE state = 6 OR {gone} OR (state = 1 AND lease_until <= {now} AND owner <> ?2 AND NOT ?12)
RETURNING {columns}, true

== review
UPDATE {table} SET state = 5, indeterminate_since = {now}
-- The fence: the caller has judged this claim, and the next one may be its own.
WHERE key = ?1 AND fence = ?2 AND state = 1 AND lease_until <= {now} AND NOT {gone}
RETURNING {columns}

== get
SELECT {columns} FROM {table} WHERE key = ?1

== renew
UPDATE {table} SET lease_until = {now} + ?4, progress = coalesce(?5, progress)
WHERE key = ?1 AND owner = ?2 AND fence = ?3 AND state = 1

== finish
UPDATE {table} SET state = ?4, result = ?5, indeterminate_since = CASE WHEN ?4 = 5 THEN {now} END, expires_at = {kept}
WHERE key = ?1 AND owner = ?2 AND fence = ?3 AND (state IN (1, 5) OR (state = ?4 AND result IS ?5))

== release
UPDATE {table} SET state = 6, fingerprint = CASE WHEN progress IS NOT NULL THEN fingerprint END, expires_at = {kept}
WHERE key = ?1 AND owner = ?2 AND fence = ?3 AND state IN (1, 6)

== list
SELECT {columns} FROM {table} WHERE key > ?1 AND (?2 = 0 OR state = ?2)
	AND (NOT ?3 OR (state = 1 AND lease_until <= {now}))
	AND NOT {gone}
ORDER BY key LIMIT ?4

== list_indeterminate
SELECT {columns} FROM {table} WHERE key > ?1 AND state = ?2 AND indeterminate_since IS NOT NULL AND NOT ?3
ORDER BY key LIMIT ?4

== resolve
UPDATE {table} SET state = ?3, result = CASE WHEN ?3 = 6 THEN NULL ELSE ?4 END, indeterminate_since = NULL,
	fingerprint = CASE WHEN ?3 = 6 AND progress IS NULL THEN NULL ELSE fingerprint END,
	expires_at = {kept}
WHERE key = ?1 AND fence = ?2 AND (state IN (4, 5) OR (state = 1 AND lease_until <= {now}))

== delete
DELETE FROM {table} WHERE key = ?1 AND NOT (state = 1 AND lease_until > {now})

== sweep
DELETE FROM {table} WHERE key IN (
	SELECT key FROM {table}
	WHERE expires_at <= {now} AND state <> 5 AND NOT (state = 1 AND lease_until > {now})
	ORDER BY expires_at LIMIT ?1
)
