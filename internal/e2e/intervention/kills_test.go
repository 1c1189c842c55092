package intervention_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/intervention"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
)

// A shop runs workflows whose workers are killed.
type shop struct {
	*testing.T
	bank    *bank
	queue   string
	workers []*e2etest.Keeper
	people  *approvalclient.Client

	mu      sync.Mutex
	decided map[string]int // by what people decided
}

func newShop(t *testing.T, honorsKeys bool) *shop {
	t.Helper()
	dsn := "file:" + filepath.Join(t.TempDir(), "records.db") +
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)"
	db, err := sql.Open("sqlite", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	store, err := sqlstore.New(db, sqlstore.DialectSQLite, sqlstore.Options{})
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	people, err := approvalclient.New(server, approvalclient.Options{})
	require.NoError(t, err)
	s := &shop{T: t, bank: newBank(honorsKeys), queue: e2etest.ID(t), people: people, decided: map[string]int{}}
	web := httptest.NewServer(s.bank)
	t.Cleanup(web.Close)
	env := []string{dsnEnv + "=" + dsn, bankEnv + "=" + web.URL}
	if !honorsKeys {
		env = append(env, reviewEnv+"=yes")
	}
	for range 2 {
		s.workers = append(s.workers, e2etest.Keep(t, s.queue, env...))
	}
	return s
}

// kill kills workers at random until ctx ends.
func (s *shop) kill(ctx context.Context, random *rand.Rand) {
	for ctx.Err() == nil {
		select {
		case <-time.After(time.Duration(200+random.IntN(800)) * time.Millisecond):
			s.workers[random.IntN(len(s.workers))].Signal(syscall.SIGKILL)
		case <-ctx.Done():
		}
	}
}

// run runs a workflow, in which people decide as the draws say, and compares its end with what
// the bank has charged.
func (s *shop) run(order string, draws []int) {
	o := Order{ID: order, Cents: 100}
	run, err := server.ExecuteWorkflow(s.Context(), client.StartWorkflowOptions{ID: s.queue + "-" + order, TaskQueue: s.queue}, Pay, o)
	require.NoError(s, err)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.compare(order, run)
	}()
	for n, draw := range draws {
		if !s.decide(run.GetID(), fmt.Sprintf("charge-%d", n+1), order, draw, ended) {
			break
		}
	}
	<-ended
}

// compare waits for the end of a workflow and compares it with the charges of its order.
func (s *shop) compare(order string, run client.WorkflowRun) {
	var got Receipt
	err := run.Get(s.Context(), &got)
	charges := s.bank.charged(order)
	switch reason, _ := intervention.ReasonOf(err); {
	case err == nil && (len(charges) != 1 || charges[0] != got):
		s.Errorf("order %s: the workflow has %v, the bank has charged %v", order, got, charges)
	case err != nil && reason != intervention.ReasonGivenUp:
		s.Errorf("order %s: %v", order, err)
	case err != nil && len(charges) != 0:
		s.Errorf("order %s was given up, and the bank has charged %v", order, charges)
	}
}

// Charges fail in each way while workers are killed at random: each order that is not given up
// is charged once.
func TestKills(t *testing.T) {
	t.Parallel()
	for name, honorsKeys := range map[string]bool{"a bank that honors keys": true, "a bank that does not": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from := *seed
			if from == 0 {
				from = rand.Uint64()
			}
			random := rand.New(rand.NewPCG(from, 0))
			s := newShop(t, honorsKeys)
			killing, calm := context.WithCancel(t.Context())
			var killer, all sync.WaitGroup
			killer.Go(func() { s.kill(killing, rand.New(rand.NewPCG(from, 1))) })
			places := make(chan struct{}, 32)
			for i := range *runs / 2 {
				order := fmt.Sprintf("order-%d", i)
				s.bank.expect(order, plan{Silent: random.IntN(4), Refused: random.IntN(5)})
				draws := slices.Collect(func(yield func(int) bool) {
					for range intervention.DefaultMaxQuestions {
						if !yield(random.IntN(5)) {
							return
						}
					}
				})
				places <- struct{}{}
				all.Go(func() {
					defer func() { <-places }()
					s.run(order, draws)
				})
			}
			all.Wait()
			calm()
			killer.Wait()
			t.Logf("seed %d: %d runs, %d kills, decisions: %v", from, *runs/2, s.workers[0].Deaths()+s.workers[1].Deaths(), s.decided)
			require.Positive(t, s.workers[0].Deaths()+s.workers[1].Deaths())
		})
	}
}
