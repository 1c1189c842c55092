package main

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

func TestReportIsPaidOnce(t *testing.T) {
	t.Parallel()
	payments := 0
	a := &Activities{Printf: func(string, ...any) { payments++ }}
	for _, euros := range []int{420, 999} { // also if the amount differs
		receipt, err := a.Pay(t.Context(), Report{ID: "R-1", Employee: "eve", Euros: euros})
		require.NoError(t, err)
		require.Equal(t, "420 euros to eve", receipt)
	}
	require.Equal(t, 1, payments)
}

func TestPrepareRefusesReportsThatCannotBePaid(t *testing.T) {
	t.Parallel()
	a := &Activities{Printf: t.Logf}
	for _, r := range []Report{{ID: "R-1"}, {Euros: 5}, {ID: "R-1", Euros: -5}} {
		_, err := a.Prepare(t.Context(), r)
		var app *temporal.ApplicationError
		require.ErrorAs(t, err, &app)
		require.True(t, app.NonRetryable())
	}
}

func TestNoticeIsPrintedOnceForEachKey(t *testing.T) {
	t.Parallel()
	n := 0
	a := &Activities{Printf: func(string, ...any) { n++ }}
	for _, key := range []string{"1", "1", "2"} {
		require.NoError(t, a.Tell(t.Context(), approval.Notice{Key: key, Kind: approval.NoticeClosed}))
	}
	require.Equal(t, 2, n)
}
