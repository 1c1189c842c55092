package clienterrors

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"google.golang.org/protobuf/proto"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

var update = flag.Bool("update", false, "write testdata/table.txt")

// A row is an error and the name of what was done to get it.
type row struct {
	name string
	err  error
}

func everything(t *testing.T) (rows []row) {
	t.Helper()
	for _, made := range []func(*testing.T) []row{
		standard, network, tlsErrors, web, cloud, rpc, ofTemporal, postgres, databases,
		redisErrors,
	} {
		rows = append(rows, made(t)...)
	}
	return rows
}

// outside is an interceptor of a team, as for reports of errors. It stands outside
// the plugin's.
type outside struct {
	interceptor.WorkerInterceptorBase

	saw error
}

type outsideInbound struct {
	interceptor.ActivityInboundInterceptorBase

	o *outside
}

func (o *outside) InterceptActivity(
	_ context.Context, next interceptor.ActivityInboundInterceptor,
) interceptor.ActivityInboundInterceptor {
	in := &outsideInbound{o: o}
	in.Next = next
	return in
}

func (i *outsideInbound) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	result, err := i.Next.ExecuteActivity(ctx, in)
	i.o.saw = err
	return result, err
}

// told runs an activity that fails with err on a worker with the plugin, and
// returns the error that goes to Temporal.
func told(t *testing.T, o retry.InterceptorOptions, err error) error {
	t.Helper()
	plugin, problem := patterns.NewPlugin(patterns.Options{Retry: o})
	require.NoError(t, problem)
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(silent{})
	env := suite.NewTestActivityEnvironment()
	out := &outside{}
	env.SetWorkerOptions(worker.Options{Plugins: []worker.Plugin{plugin}, Interceptors: []interceptor.WorkerInterceptor{out}})
	fn := func(context.Context) error { return err }
	env.RegisterActivity(fn)
	_, problem = env.ExecuteActivity(fn)
	require.Error(t, problem)
	return out.saw
}

type silent struct{}

func (silent) Debug(string, ...any)            {}
func (silent) Info(string, ...any)             {}
func (silent) Warn(string, ...any)             {}
func (silent) Error(string, ...any)            {}
func (s silent) With(...any) log.Logger        { return s }
func (s silent) WithCallerSkip(int) log.Logger { return s }

func same(a, b error) bool {
	return reflect.TypeOf(a) == reflect.TypeOf(b) && (!reflect.ValueOf(a).Comparable() || a == b) //nolint:errorlint // the value itself
}

// The plugin is safe to add to a worker of many teams: errors of their clients stay
// the same values, and Temporal is told the same of them.
func TestNothingChangesByDefault(t *testing.T) {
	t.Parallel()
	rows := everything(t)
	require.GreaterOrEqual(t, len(rows), 60)
	wire := temporal.GetDefaultFailureConverter()
	for _, options := range []retry.InterceptorOptions{{}, {Shadow: true}, {ClassifyOnly: func(string) bool { return false }}} {
		for _, r := range rows {
			for _, err := range []error{r.err, fmt.Errorf("charging: %w", r.err), errors.Join(errors.New("x"), r.err)} {
				got := told(t, options, err)
				require.True(t, same(err, got), "%s: %T %v became %T", r.name, err, err, got)
				require.True(t, proto.Equal(wire.ErrorToFailure(err), wire.ErrorToFailure(got)), r.name)
			}
		}
	}
}

// With Classify, this is what changes.
func TestWhatClassifyChanges(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "what was done\tGo type\tretried\ttype\tnot before")
	for _, r := range everything(t) {
		got := told(t, retry.InterceptorOptions{Classify: classify.Default}, r.err)
		retried, typ, delay := "as before", "", ""
		if !same(r.err, got) {
			var app *temporal.ApplicationError
			require.ErrorAs(t, got, &app)
			if reflect.ValueOf(r.err).Comparable() {
				require.ErrorIs(t, got, r.err, "the original stays in the chain")
			}
			retried, typ = "yes", app.Type()
			if app.NonRetryable() {
				retried = "no"
			}
			if d := app.NextRetryDelay(); d > 0 {
				delay = d.Round(time.Millisecond).String()
			}
		}
		_, _ = fmt.Fprintf(w, "%s\t%T\t%s\t%s\t%s\n", r.name, r.err, retried, typ, delay)
	}
	require.NoError(t, w.Flush())
	var lines []string
	for line := range strings.Lines(b.String()) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	table := strings.Join(lines, "\n") + "\n"
	const file = "testdata/table.txt"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(table), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), table, "go test ./internal/clienterrors -update writes it")
}
