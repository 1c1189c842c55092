package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// extension asks for an hour more.
var extension = signals.New[payment]("extension")

// extensible waits a minute for two payments. One of amount 1 asks for an hour
// more and does not count.
func extensible(ties signals.DeadlinePolicy) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		ch := paid.Channel(ctx, signals.Options{DeadlinePolicy: ties})
		deadline := signals.NewDeadline(ctx, time.Minute)
		deadline.SetLimit(deadline.Time().Add(2 * time.Hour))
		for n := 0; n < 2; {
			p, ok, err := ch.ReceiveUntil(ctx, deadline)
			switch {
			case err != nil:
				return "", err
			case !ok:
				return "expired", nil
			case p.Amount > 1:
				n++
			default:
				if err := deadline.Extend(ctx, time.Hour); err != nil {
					return "refused", nil //nolint:nilerr // that is what the test is about
				}
			}
		}
		return "complete", nil
	}
}

// besides is the same, but a coroutine listens for extensions, which come by a
// signal of their own.
func besides(ties signals.DeadlinePolicy) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		deadline := signals.NewDeadline(ctx, time.Minute)
		extendable(ctx, deadline, ties)
		ch := paid.Channel(ctx, signals.Options{DeadlinePolicy: ties})
		for range 2 {
			if _, ok, err := ch.ReceiveUntil(ctx, deadline); !ok || err != nil {
				return "expired", err
			}
		}
		return "complete", nil
	}
}

// extendable lets extensions extend the deadline.
func extendable(ctx workflow.Context, deadline *signals.Deadline, ties signals.DeadlinePolicy) {
	workflow.Go(ctx, func(ctx workflow.Context) {
		ch := extension.Channel(ctx, signals.Options{DeadlinePolicy: ties})
		for {
			if _, ok, err := ch.ReceiveUntil(ctx, deadline); !ok || err != nil || deadline.Extend(ctx, time.Hour) != nil {
				return
			}
		}
	})
}

// servedBesides serves the payments only.
func servedBesides(ties signals.DeadlinePolicy) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		deadline := signals.NewDeadline(ctx, time.Minute)
		extendable(ctx, deadline, ties)
		n := 0
		s := signals.ServeOptions{Deadline: deadline, Stop: func() bool { return n == 2 }}
		err := signals.Serve(ctx, []signals.Handler{signals.Handle(paid.Channel(ctx, signals.Options{DeadlinePolicy: ties}),
			func(workflow.Context, payment) error { n++; return nil })}, s)
		return map[bool]string{true: "complete", false: "expired"}[n == 2], err
	}
}

// served is the same by Serve.
func served(ties signals.DeadlinePolicy) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		deadline := signals.NewDeadline(ctx, time.Minute)
		n, answer := 0, "expired"
		s := signals.ServeOptions{Deadline: deadline, Stop: func() bool { return n == 2 }}
		err := signals.Serve(ctx, []signals.Handler{
			signals.Handle(paid.Channel(ctx, signals.Options{DeadlinePolicy: ties}), func(workflow.Context, payment) error { n++; return nil }),
			signals.HandleByKey(extension.Channel(ctx, signals.Options{DeadlinePolicy: ties}), func(payment) string { return "" },
				func(ctx workflow.Context, _ payment) error {
					if deadline.Extend(ctx, time.Hour) != nil {
						answer = "refused"
					}
					return nil
				}),
		}, s)
		if n == 2 {
			answer = "complete"
		}
		return answer, err
	}
}

// The worker was down when a message that extends the deadline came, and when
// the timer fired. What was recorded before may still extend it.
func TestExtensionAfterDowntime(t *testing.T) {
	t.Parallel()
	type way func(signals.DeadlinePolicy) func(workflow.Context) (string, error)
	ways := map[string]struct {
		way
		signal string
	}{
		"in the loop that waits": {extensible, paid.Name()},
		"in a coroutine beside":  {besides, extension.Name()},
		"in a handler of Serve":  {served, extension.Name()},
		"beside Serve":           {servedBesides, extension.Name()},
	}
	for name, c := range map[string]struct {
		order    string // s: a payment, x: the extension, |: the timer fires
		extended bool   // a second timer is started
		then     string // what comes in the next workflow task
		lenient  string
		exact    string
	}{
		"in time":                        {"sx|s", true, "", "complete", "complete"},
		"in time, and then nothing":      {"sx|", true, "|", "expired", "expired"},
		"too late":                       {"s|x", false, "", "", "expired"}, // lenient extends it, as that is how it counts
		"in time, with nothing to do":    {"ssx|", false, "", "complete", "complete"},
		"in time, all that counts later": {"x|ss", true, "", "complete", "complete"},
		"in time, and then too late":     {"x|s", true, "|s", "complete", "expired"},
		"in time, and again":             {"x|s", true, "x|s", "complete", "complete"},
		"in time, twice before anything": {"x|", true, "x|ss", "complete", "complete"},
	} {
		for wayName, w := range ways {
			for _, ties := range []signals.DeadlinePolicy{signals.DeadlineAcceptLate, signals.DeadlineHistoryOrder} {
				want := map[signals.DeadlinePolicy]string{signals.DeadlineAcceptLate: c.lenient, signals.DeadlineHistoryOrder: c.exact}[ties]
				if want == "" || !c.extended && want == "complete" && w.signal == extension.Name() {
					continue // the other coroutine extends it first or not: no one can tell, and no one waits
				}
				t.Run(map[signals.DeadlinePolicy]string{signals.DeadlineAcceptLate: "lenient, ", signals.DeadlineHistoryOrder: "exact, " +
					""}[ties]+name+", "+wayName, func(t *testing.T) {
					t.Parallel()
					h := historytest.New(t, "extensible")
					timer := h.TimerStarted(time.Minute)
					h.Pass(2 * time.Minute)
					happen := func(events string) {
						for _, event := range events {
							switch event {
							case '|':
								h.TimerFired(timer)
							case 'x':
								h.Signal(w.signal, historytest.JSON(t, payment{Amount: 1}))
							default:
								h.Signal(paid.Name(), historytest.JSON(t, payment{Amount: 7}))
							}
						}
						h.Task()
					}
					happen(c.order)
					if c.extended {
						timer = h.TimerStarted(59 * time.Minute)
					}
					if c.then != "" {
						h.Pass(2 * time.Hour)
						happen(c.then)
						// The second extension ends an hour ago: it has no timer.
					}
					var got string
					h.Result(&got, w.way(ties), signals.NewInterceptor())
					require.Equal(t, want, got)
				})
			}
		}
	}
}

// An extension after the end is refused, whatever waits.
func TestExtensionAfterTheEnd(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(extension.Name(), payment{Amount: 1}) }, 2*time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) (bool, error) {
		deadline := signals.NewDeadline(ctx, time.Minute)
		if _, err := extension.Channel(ctx, signals.Options{}).Receive(ctx); err != nil {
			return false, err
		}
		refused := deadline.Extend(ctx, time.Hour) != nil
		return refused && deadline.Passed(), nil
	})
	var refused bool
	require.NoError(t, env.GetWorkflowResult(&refused))
	require.True(t, refused)
}
