package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWorkersThatCannotStartAreCountedAndShown(t *testing.T) {
	t.Parallel()
	c := newWorkerPool(1, setup{Store: "postgres://nobody@127.0.0.1:1/none"})
	require.NoError(t, c.start(0, false))
	require.Eventually(t, func() bool { n, _ := c.unexpectedExits(); return n > 1 }, soon, 10*time.Millisecond)
	c.close()
	var out strings.Builder
	newDisplay(&out, &experiment{workers: c, record: newRecord()}).end()
	require.Regexp(t, `ended 0/0  exited [2-9]  killed: `, out.String())
	require.Regexp(
		t,
		`\n[2-9] times a worker ended by itself, as it does when there is no server at its start; the last time: exit status 1\n$`,
		out.String(),
	)
}
