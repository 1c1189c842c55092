// Package intervention_test kills workers with SIGKILL at random while people decide about
// activities that have failed for good, on a real Temporal server with records in SQLite, and
// counts from outside what was charged.
//
//	go test ./internal/e2e/intervention
//	go test ./internal/e2e/intervention -runs 500 -v   # the long run
package intervention_test

import (
	"context"
	"database/sql"
	"flag"
	"os"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	_ "modernc.org/sqlite" // the driver

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/intervention"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
)

var (
	runs = flag.Int("runs", 20, "how many workflows run while workers are killed")
	seed = flag.Uint64("seed", 0, "the seed of the plans and of the kills; 0 draws one, which is printed")
)

// Environment variables of a worker process.
const (
	dsnEnv    = "E2E_DSN"
	bankEnv   = "E2E_BANK"   // the address of the bank
	reviewEnv = "E2E_REVIEW" // work that was abandoned needs review
)

var server client.Client

func TestMain(m *testing.M) { e2etest.Suite{Work: serve, Client: &server}.Main(m) }

// Pay is the workflow: it charges an order, and ops decides about failures.
func Pay(ctx workflow.Context, o Order) (Receipt, error) {
	gates, err := approval.NewGates(ctx, approval.Options{})
	if err != nil {
		return Receipt{}, err
	}
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 3 * time.Second,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: 100 * time.Millisecond, BackoffCoefficient: 1, MaximumAttempts: 2},
	})
	return intervention.Execute[Order, Receipt](ctx, gates, "Charge", o, intervention.Request[Order]{
		ID: "charge", Policy: policy.AnyOf("ops"),
	})
}

// serve is a worker process.
func serve(ctx context.Context, o client.Options, queue string) error {
	c, err := client.Dial(o)
	if err != nil {
		return err
	}
	defer c.Close()
	db, err := sql.Open("sqlite", os.Getenv(dsnEnv))
	if err != nil {
		return err
	}
	store, err := sqlstore.New(db, sqlstore.DialectSQLite, sqlstore.Options{})
	if err != nil {
		return err
	}
	guard := idempotency.NewGuard(store, idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	plugin, err := patterns.NewPlugin(patterns.Options{})
	if err != nil {
		return err
	}
	w := worker.New(c, queue, worker.Options{
		StickyScheduleToStartTimeout: 300 * time.Millisecond, // a killed worker is not waited for
		Plugins:                      []worker.Plugin{plugin},
	})
	w.RegisterWorkflow(Pay)
	options := idempotency.ActivityOptions{PassThrough: true}
	if os.Getenv(reviewEnv) != "" {
		options = idempotency.ActivityOptions{ReviewAbandoned: true}
	}
	if err := intervention.Register(w, guard, "Charge", charge(os.Getenv(bankEnv)), options); err != nil {
		return err
	}
	return w.Run(e2etest.Interrupt(ctx))
}
