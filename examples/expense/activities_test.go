package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

func TestPayTwice(t *testing.T) {
	t.Parallel()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	a := &Activities{Ledger: Ledger(t.TempDir()), Printf: t.Logf}
	env.RegisterActivity(a)
	for _, euros := range []int{420, 999} { // also when the amount was tampered with in between
		value, err := env.ExecuteActivity(a.Pay, Report{ID: "R-1", Employee: "eve", Euros: euros})
		require.NoError(t, err)
		var receipt string
		require.NoError(t, value.Get(&receipt))
		require.Equal(t, "420 euros to eve", receipt)
	}
}

func TestPrepareRefusesWhatCannotBePaid(t *testing.T) {
	t.Parallel()
	a := &Activities{Printf: t.Logf}
	for _, r := range []Report{{ID: "R-1"}, {Euros: 5}, {ID: "R-1", Euros: -5}} {
		_, err := a.Prepare(t.Context(), r)
		var app *temporal.ApplicationError
		require.ErrorAs(t, err, &app)
		require.True(t, app.NonRetryable())
	}
}

func TestLedger(t *testing.T) {
	t.Parallel()

	t.Run("of many at once, one writes, and all read the same", func(t *testing.T) {
		t.Parallel()
		l := Ledger(t.TempDir())
		entries, firsts, errs := make([]string, 32), make([]bool, 32), make([]error, 32)
		var wg sync.WaitGroup
		for i := range entries {
			wg.Go(func() {
				entries[i], firsts[i], errs[i] = l.Enter("R-1", fmt.Sprint("payment ", i))
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		n := 0
		for i := range entries {
			require.Equal(t, entries[0], entries[i])
			if firsts[i] {
				n++
			}
		}
		require.Equal(t, 1, n)
		files, err := os.ReadDir(string(l))
		require.NoError(t, err)
		require.Len(t, files, 1, "drafts are cleared away")
	})

	t.Run("a key cannot leave the directory", func(t *testing.T) {
		t.Parallel()
		for _, key := range []string{"../R-1", "", ".", "..", "/"} {
			_, _, err := Ledger(t.TempDir()).Enter(key, "")
			require.ErrorContains(t, err, "not a plain name")
		}
	})

	t.Run("says what is wrong with its directory", func(t *testing.T) {
		t.Parallel()
		_, _, err := Ledger(filepath.Join(t.TempDir(), "gone")).Enter("R-1", "")
		require.ErrorIs(t, err, os.ErrNotExist)
	})
}

// A notice that comes again is not said again.
func TestTellTwice(t *testing.T) {
	t.Parallel()
	n := 0
	a := &Activities{Printf: func(string, ...any) { n++ }}
	for _, key := range []string{"1", "1", "2"} {
		require.NoError(t, a.Tell(t.Context(), approval.Notice{Key: key, Kind: approval.NoticeClosed}))
	}
	require.Equal(t, 2, n)
}
