package approval_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

var (
	soakRuns = flag.Int("soak", 0, "workflows of 20 gates for each setting of the soak; 0 is one workflow of 4 gates for half of the settings")
	soakSeed = flag.Uint64("soakseed", 1, "the seed of the soak's people")
)

// People decide, change, delegate and send back at many gates, while their
// workers are killed and their runs continue as new. No run is stuck, no history
// fails to replay, no decision that was acknowledged is lost, no one decides who may
// not, and each gate ends as a count of its audit says.
func TestSoak(t *testing.T) {
	t.Parallel()
	n := 0
	for _, ties := range []signals.DeadlinePolicy{signals.DeadlineAcceptLate, signals.DeadlineHistoryOrder} {
		for _, signed := range []bool{false, true} {
			for _, cache := range []string{"", "0"} {
				n++
				if *soakRuns == 0 && (ties == signals.DeadlineHistoryOrder) != (signed != (cache == "")) {
					continue // half of them have each pair of settings
				}
				seed := *soakSeed + uint64(n)
				t.Run(fmt.Sprintf("ties %d, signed %t, cache %q", ties, signed, cache), func(t *testing.T) {
					workflows, gates := max(*soakRuns, 1), 20
					if *soakRuns == 0 {
						t.Parallel()
						gates = 4
					}
					soak(t, SoakCase{Gates: gates, Ties: ties, Signed: signed}, workflows, seed, cacheEnv+"="+cache, keyEnv+"=soak")
				})
			}
		}
	}
}

func soak(t *testing.T, c SoakCase, workflows int, seed uint64, env ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(4+workflows)*time.Minute)
	defer cancel()
	queue := fmt.Sprintf("soak-%d", seed)
	killing, stop := context.WithCancel(ctx)
	var workers, people sync.WaitGroup
	workers.Go(func() { killer(killing, t, queue, 2*time.Second, env...) })

	var runs []client.WorkflowRun
	var crowds []*crowd
	for i := range workflows {
		id := fmt.Sprintf("%s-%d", queue, i)
		o := client.StartWorkflowOptions{ID: id, TaskQueue: queue, WorkflowTaskTimeout: 2 * time.Second}
		runs = append(runs, startWith(t, temporal, o, Soak, c))
		crowd := &crowd{
			t: t, workflow: id, signed: c.Signed, ack: map[string][]acknowledged{}, refused: map[approval.Reason]int{},
			done: make(chan struct{}),
		}
		crowds = append(crowds, crowd)
		for gate := range c.Gates {
			people.Go(func() { crowd.decide(ctx, gate, seed+uint64(i)<<32) })
		}
		people.Go(func() {
			for !crowd.over(ctx) {
				_ = Onward.Send(ctx, temporal, signals.Ref{WorkflowID: id}, struct{}{})
			}
		})
	}
	results := make([]SoakResult, workflows)
	for i, run := range runs {
		err := temporal.GetWorkflow(ctx, run.GetID(), "").Get(ctx, &results[i])
		for err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) { // the server's own time for one answer
			err = temporal.GetWorkflow(ctx, run.GetID(), "").Get(ctx, &results[i])
		}
		require.NoError(t, err, "workflow %d is stuck", i)
		close(crowds[i].done)
	}
	people.Wait()
	stop() // the workers go on, and answer queries
	workers.Wait()
	total := map[policy.State]int{}
	for i, run := range runs {
		histories := chain(t, run)
		requireSound(t, histories)
		requireFair(t, crowds[i], results[i])
		require.Len(t, histories, results[i].Runs)
		for _, out := range results[i].Outcomes {
			total[out.State]++
		}
	}
	t.Logf("%d workflows of %d gates: %v, the first one in %d runs; refusals %v, unknown outcomes %d",
		workflows, c.Gates, total, results[0].Runs, crowds[0].refused, crowds[0].lost)
}
