package main

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/support/exampletest"
)

func TestMain(m *testing.M) {
	defer exampletest.Start().Stop()
	m.Run()
}

func TestAllScenes(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), nil, &out), "%s", &out)
	for _, line := range []string{
		`small +shipped: charged 1 times, paid back 0 times, by 1 requests; parcel-small-\w+ with 2 items`,
		`large +sam decides on large-order: approve`,
		`large +shipped: .* with 3 items`,
		`rejected +refused: charged 0 times, .*; the order was rejected`,
		`busy +shipped: `,
		`fraud +refused: charged 0 times, .*; it looks like fraud`,
		`declined +refused: .*; calling /charges: HTTP 402 Payment Required`,
		`lost +ada decides on unclear-charge: approve`,
		`lost +shipped: charged 1 times, paid back 0 times, by [2-9] requests`,
		`revoked +ada decides on unclear-charge: approve`,
		`revoked +shipped: charged 1 times, paid back 0 times, by 1 requests`,
		`no-items +refunded: charged 1 times, paid back 1 times, .*; no item has come`,
		`no-address +refunded: .*HTTP 422`,
		`silent +refunded: charged 1 times, paid back 1 times, `,
		`canceled +refunded: .*; canceled`,
	} {
		require.Regexp(t, line, out.String())
	}
	exampletest.RequireShown(t, "order", out.String())
}

func TestFlags(t *testing.T) {
	o, err := parse([]string{"-lost", "-fraud"}, &bytes.Buffer{})
	require.NoError(t, err)
	require.Len(t, o.scenes, 2)
	_, err = parse([]string{"-partners", "8090"}, &bytes.Buffer{})
	require.EqualError(t, err, `-partners is "8090": address 8090: missing port in address; give a host and a port, such as 127.0.0.1:8090`)
	_, err = parse([]string{"more"}, &bytes.Buffer{})
	require.EqualError(t, err, `unexpected argument "more"; see -help`)
	var help bytes.Buffer
	_, err = parse([]string{"-help"}, &help)
	require.Error(t, err)
	require.Contains(t, help.String(), "the parcel is refused")
}

// A worker that cannot start ends the program, which says why.
func TestNoRecords(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	require.ErrorContains(t, run(t.Context(), []string{"-small"}, &bytes.Buffer{}), "no such file or directory")
}

// Who stops the program is told nothing but that.
func TestInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	require.ErrorIs(t, run(ctx, []string{"-small"}, &bytes.Buffer{}), context.Canceled)
}
