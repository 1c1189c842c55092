package main

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

// fill keeps an indeterminate record and another one in a store, and returns the first.
func fill(t *testing.T, store driver.Store) driver.Ref {
	t.Helper()
	var first driver.Ref
	for i := range byte(2) {
		owner := driver.Owner{i + 1}
		got, err := store.Claim(context.Background(), driver.Claim{
			Key: driver.Key{i + 1}, Owner: owner, Lease: time.Hour, Retain: time.Hour,
			Info: driver.Info{WorkflowID: "order-7", ActivityType: "Charge"},
		})
		require.NoError(t, err)
		require.True(t, got.Won)
		ref := driver.Ref{Key: driver.Key{i + 1}, Owner: owner, Fence: got.Record.Fence}
		if i == 0 {
			first = ref
			require.NoError(t, store.Finish(context.Background(), ref, driver.Completion{State: driver.StateIndeterminate}))
		}
	}
	return first
}

// playRecords lists, shows and resolves the records of fill.
func playRecords(t *testing.T, settings map[string]string, ref driver.Ref, as ...string) {
	t.Helper()
	key, fence := ref.Key.String(), strconv.FormatInt(ref.Fence, 10)
	var all []record
	command(t, settings, "idempotency", "list", "-o", "json").into(t, &all)
	require.Len(t, all, 2)
	command(t, settings, "idempotency", "list", "--after", all[0].Key, "-o", "json").into(t, &all)
	require.Len(t, all, 1)
	command(t, settings, "idempotency", "list", "--state", "indeterminate", "-o", "json").into(t, &all)
	require.Len(t, all, 1)
	require.Equal(t, key, all[0].Key)
	var one record
	command(t, settings, "idempotency", "show", key, "-o", "json").into(t, &one)
	require.Equal(t, "indeterminate", one.State)
	require.Equal(t, "Charge", one.Info.ActivityType)

	wrong := command(t, settings, "idempotency", "resolve", key, "--fence", "99", "--as", "released")
	require.Equal(t, exitRefused, wrong.code, wrong.stderr)
	require.Contains(t, wrong.stderr, "another fence than 99")
	require.Contains(t, wrong.stderr, "look at it with idempotency show")
	done := command(t, settings, append([]string{"idempotency", "resolve", key, "--fence", fence}, as...)...)
	require.Equal(t, exitOK, done.code, done.stderr)
	command(t, settings, "idempotency", "show", key, "-o", "json").into(t, &one)
	require.Equal(t, as[1], one.State)

	none := command(t, settings, "idempotency", "show", driver.Key{9}.String())
	require.Equal(t, exitNotFound, none.code, none.stderr)
	require.Contains(t, none.stderr, driver.Key{9}.String())
}

func sqlite(t *testing.T) (string, *sql.DB, *sqlstore.Store) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "records.db")
	db, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	store, err := sqlstore.New(db, sqlstore.DialectSQLite, sqlstore.Options{})
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	return file, db, store
}

func TestRecordsInSQLite(t *testing.T) {
	t.Parallel()
	for name, as := range map[string][]string{
		"resolved as completed": {"--as", "completed", "--result", `{"paid": 42}`},
		"resolved as failed":    {"--as", "failed", "--message", "the card was refused"},
		"resolved as released":  {"--as", "released"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, _, store := sqlite(t)
			ref := fill(t, store)
			playRecords(t, map[string]string{storeVariable: "sqlite:" + file}, ref, as...)
		})
	}
}

func TestWrongResolution(t *testing.T) {
	t.Parallel()
	key := driver.Key{1}.String()
	for name, args := range map[string][]string{
		"no fence":              {"--as", "released"},
		"no state":              {"--fence", "1"},
		"unknown state":         {"--fence", "1", "--as", "pending"},
		"no result":             {"--fence", "1", "--as", "completed"},
		"a result not JSON":     {"--fence", "1", "--as", "completed", "--result", "{"},
		"released and a result": {"--fence", "1", "--as", "released", "--result", "1"},
		"failed for nothing":    {"--fence", "1", "--as", "failed"},
	} {
		got := command(t, nil, append([]string{"idempotency", "resolve", key}, args...)...)
		require.Equal(t, exitUsage, got.code, "%s: %s", name, got.stderr)
	}
}

func TestSweep(t *testing.T) {
	t.Parallel()
	file, _, store := sqlite(t)
	for i := range byte(5) {
		ref := driver.Ref{Key: driver.Key{i}, Owner: driver.Owner{1}}
		got, err := store.Claim(t.Context(), driver.Claim{Key: ref.Key, Owner: ref.Owner, Lease: time.Second, Retain: time.Second})
		require.NoError(t, err)
		require.True(t, got.Won)
	}
	args := []string{"idempotency", "sweep", "--store", "sqlite:" + file, "--batch", "2", "-o", "json"}
	var total int
	eventually(t, func() bool { // the clock of the store decides
		var swept struct {
			Deleted int `json:"deleted"`
		}
		got := command(t, nil, args...)
		got.into(t, &swept)
		total += swept.Deleted
		return total == 5
	})
	require.Equal(t, exitNotFound, command(t, nil, "idempotency", "sweep", "--store", "sqlite:/no/such/file.db").code)
}

// A mistake in the name of a file does not create one.
func TestSQLiteFileThatIsMissing(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "none.db")
	require.Equal(t, exitNotFound, command(t, nil, "idempotency", "list", "--store", "sqlite:"+file).code)
	_, err := os.Stat(file)
	require.ErrorIs(t, err, os.ErrNotExist)
}

// No error shows a password, and none is taken from the arguments.
func TestPasswordStaysSecret(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(file, []byte("hunter2\n"), 0o600))
	for name, test := range map[string]struct {
		settings map[string]string
		args     []string
		code     int
	}{
		"password in the arguments": {args: []string{"--store", "postgres://u:hunter2@127.0.0.1:1/d"}, code: exitUsage},
		"password as a parameter":   {args: []string{"--store", "postgres://u@127.0.0.1:1/d?password=hunter2"}, code: exitUsage},
		"URL that cannot be read":   {settings: map[string]string{storeVariable: "postgres://u:hunter2@[::1/d"}, code: exitUsage},
		"bad parameter":             {settings: map[string]string{storeVariable: "postgres://u:hunter2@h/d?sslmode=maybe"}, code: exitUsage},
		"bad database of Redis":     {settings: map[string]string{storeVariable: "redis://u:hunter2@h/hunter2"}, code: exitUsage},
		"missing password file":     {args: []string{"--store", "redis://h", "--password-file", "/no/such/file"}, code: exitUsage},
		"PostgreSQL is away":        {args: []string{"--store", "postgres://u@127.0.0.1:1/d", "--password-file", file}, code: exitFailed},
		"Redis is away":             {settings: map[string]string{storeVariable: "redis://u:hunter2@127.0.0.1:1/0"}, code: exitFailed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := command(t, test.settings, append([]string{"idempotency", "list", "--timeout", "5s"}, test.args...)...)
			require.Equal(t, test.code, got.code, got.stderr)
			require.NotContains(t, got.stderr+got.stdout, "hunter2")
		})
	}
}
