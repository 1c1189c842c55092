//go:build servers

package idempotency_test

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
)

// A worker is stopped for longer than its lease, between the effect and its
// record. Another one does the work; then the first one wakes up.
func TestPausedWorkers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		activity string
		effects  int
	}{"with a key": {passThrough, 1}, "nothing: twice": {lease, 2}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := postgres(t) // SQLite locks the file, which a process that is stopped may hold
			d.env = []string{onlyEnv + "=yes", pauseEnv + "=yes"}
			r := newFixture(t, d, payments.Options{IgnoreKeys: c.activity == lease})
			// A worker that is stopped still gets tasks, and lets them time out: for
			// activities within a second, for workflows in ten.
			workflows := worker.New(server, r.queue, worker.Options{LocalActivityWorkerOnly: true})
			workflows.RegisterWorkflow(Once)
			require.NoError(t, workflows.Start())
			t.Cleanup(workflows.Stop)
			execution, err := server.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: r.queue + "-paused", TaskQueue: r.queue},
				Once, c.activity, Order{ID: "paused"})
			require.NoError(t, err)
			require.Eventually(t, func() bool { return r.service.Ledger()["paused"].Requests == 1 }, soon, tick, "nothing was charged")
			d.env = []string{onlyEnv + "=yes"}
			second := r.another(d)
			var receipt string
			require.NoError(t, execution.Get(t.Context(), &receipt))
			require.Equal(t, c.effects, r.service.Ledger()["paused"].Charges)
			kept := r.records()
			require.Len(t, kept, 1)
			require.GreaterOrEqual(t, kept[0].Fence, int64(2), "another attempt has taken it over")

			require.NoError(t, r.worker.current.Signal(syscall.SIGCONT))
			second.stop()
			run(t, r.queue, c.activity, Order{ID: "next"}) // the first worker runs again, behind what it had to say
			require.Equal(t, c.effects, r.service.Ledger()["paused"].Charges)
			for _, e := range r.records() {
				if e.Key == kept[0].Key {
					require.Equal(t, kept[0].Result, e.Result, "what the first one found is discarded")
					require.Equal(t, kept[0].Fence, e.Fence)
				}
			}
			require.Zero(t, r.worker.killed())
		})
	}
}
