package main

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
)

// What does not end as it must makes the program fail, and leaves nothing behind.
func TestUnexpected(t *testing.T) {
	p := newProgram(t)
	err := p.play(t.Context(), []scene{{euros: 40, deadline: time.Hour, state: approval.Rejected}})
	require.EqualError(t, err, `the report is approved with the receipt "40 euros to eve", and was to be rejected with ""`)
	err = p.play(t.Context(), []scene{{euros: 420, deadline: time.Hour, steps: []step{{"ann", "decide", `"choice": "approve"`, http.StatusTeapot}}}})
	require.ErrorContains(t, err, `the answer to decide "choice": "approve" of ann is 200 OK, and was to be 418`)
	err = p.play(t.Context(), []scene{{euros: 420, deadline: time.Hour, steps: []step{{"eve", "decide", `"choice": "approve"`, http.StatusOK}}}})
	require.ErrorContains(t, err, "was canceled")
}

func newProgram(t *testing.T) *program {
	t.Helper()
	o := server.ClientOptions
	o.Logger = log.NewStructuredLogger(slog.New(slog.DiscardHandler))
	c, err := client.Dial(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	people, err := approvalclient.New(c, approvalclient.Options{UpdateTimeout: patience})
	require.NoError(t, err)
	web, err := newSite(t.Context(), people, o.Namespace)
	require.NoError(t, err)
	t.Cleanup(web.stop)
	p := &program{client: c, server: server, site: web, queue: t.Name(), say: t.Logf}
	w, err := newWorker(c, p.queue, &Activities{Ledger: Ledger(t.TempDir()), Say: p.say})
	require.NoError(t, err)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	return p
}
