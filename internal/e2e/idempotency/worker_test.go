package idempotency_test

import (
	"context"
	"database/sql"
	"os"
	"strconv"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the drivers
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	_ "modernc.org/sqlite"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

// Environment variables of a worker process.
const (
	driverEnv  = "E2E_DRIVER" // "sqlite" or "pgx"
	dsnEnv     = "E2E_DSN"
	effectsEnv = "E2E_EFFECTS" // the address of the service
	onlyEnv    = "E2E_ONLY"    // the worker runs activities only
	lostEnv    = "E2E_LOST"    // one of so many answers of the store is lost
	pauseEnv   = "E2E_PAUSE"   // the process stops once, in the first attempt that has its effect
)

// An Order is one piece of work, and how its attempts end.
type Order struct {
	ID string `json:"id"`
	// Deaths are where the worker is killed, by the attempts of the activity.
	Deaths []Point `json:"deaths"`
	// Work is how long the work takes after its effect.
	Work time.Duration `json:"work"`
}

// A Point is where a worker is killed.
type Point string

// The points.
const (
	Claimed    Point = "claimed"    // the record is there, nothing else
	Effected   Point = "effected"   // the effect is there, its record is not
	Recorded   Point = "recorded"   // both are, and Temporal has not heard of it
	InTheTx    Point = "in the tx"  // written, not committed
	Committed  Point = "committed"  // and Temporal has not heard of it
	Uneventful Point = "uneventful" // nowhere
)

// dies kills this process, if the attempt is to end here.
func dies(ctx context.Context, at Point) {
	o, _ := ctx.Value(orderKey{}).(Order)
	attempt := int(activity.GetInfo(ctx).Attempt)
	switch {
	case at == Effected && os.Getenv(pauseEnv) != "":
		// On a slow machine an earlier attempt may have ended before it had its effect.
		pauseOnce.Do(func() {
			resumed := make(chan struct{})
			pause <- resumed
			<-resumed
		})
	case attempt > len(o.Deaths):
	case o.Deaths[attempt-1] == at:
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		<-make(chan struct{}) // it takes a moment
	}
}

// Once runs one activity by its name, until it is done.
func Once(ctx workflow.Context, name string, o Order) (string, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: time.Minute, HeartbeatTimeout: time.Second,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 100 * time.Millisecond, BackoffCoefficient: 1},
	})
	var receipt string
	err := workflow.ExecuteActivity(ctx, name, o).Get(ctx, &receipt)
	return receipt, err
}

// serve is a worker process.
func serve(ctx context.Context, o client.Options, queue string) error {
	c, err := client.Dial(o)
	if err != nil {
		return err
	}
	defer c.Close()
	driver := os.Getenv(driverEnv)
	db, err := sql.Open(driver, os.Getenv(dsnEnv))
	if err != nil {
		return err
	}
	store, err := sqlstore.New(db, map[string]sqlstore.Dialect{"sqlite": sqlstore.DialectSQLite, "pgx": sqlstore.DialectPostgreSQL}[driver],
		sqlstore.Options{})
	if err != nil {
		return err
	}
	lost, _ := strconv.Atoi(os.Getenv(lostEnv)) // 0 is none
	records := mortal{store, lost}
	guard := newGuard(records)
	w := worker.New(c, queue, worker.Options{
		StickyScheduleToStartTimeout: 300 * time.Millisecond, // who died is not waited for
		DisableWorkflowWorker:        os.Getenv(onlyEnv) != "",
		Interceptors:                 []interceptor.WorkerInterceptor{guard.Interceptor(nil)},
	})
	if os.Getenv(onlyEnv) == "" {
		for _, fn := range []any{Once, Again, WithChild, WithLocal} {
			w.RegisterWorkflow(fn)
		}
	}
	for name, fn := range activities(guard, records, os.Getenv(effectsEnv)) {
		w.RegisterActivityWithOptions(alive(fn), activity.RegisterOptions{Name: name})
	}
	return w.Run(e2etest.Interrupt(ctx))
}

// alive sends heartbeats while fn runs, and tells it the order.
func alive(fn func(context.Context, Order) (string, error)) func(context.Context, Order) (string, error) {
	return func(ctx context.Context, o Order) (string, error) {
		stop := heartbeat.Start(ctx, heartbeat.Options{})
		defer stop()
		return fn(context.WithValue(ctx, orderKey{}, o), o)
	}
}

// newGuard returns a guard for a client without a data converter of its own.
func newGuard(store driver.Store) *idempotency.Guard {
	return idempotency.NewGuard(store, idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
}

func needsReview(err error) bool {
	reason, _ := idempotency.ReasonOf(err)
	return reason == idempotency.ReasonNeedsReview
}
