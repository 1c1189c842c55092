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
// the timer fired. A message recorded before the timer may still extend it.
func TestExtensionAfterDowntime(t *testing.T) {
	t.Parallel()
	type way func(signals.DeadlinePolicy) func(workflow.Context) (string, error)
	ways := map[string]struct {
		way
		signal string
	}{
		"in the loop that waits": {way: extensible, signal: paid.Name()},
		"in a coroutine beside":  {way: besides, signal: extension.Name()},
		"in a handler of Serve":  {way: served, signal: extension.Name()},
		"beside Serve":           {way: servedBesides, signal: extension.Name()},
	}
	const complete, expired = "complete", "expired"
	for name, c := range map[string]struct {
		order        string // s: a payment, x: the extension, |: the timer fires
		extended     bool   // a second timer is started
		then         string // what comes in the next workflow task
		acceptLate   string
		historyOrder string
	}{
		"an extension in time":                      {order: "sx|s", extended: true, acceptLate: complete, historyOrder: complete},
		"an extension in time and no message":       {order: "sx|", extended: true, then: "|", acceptLate: expired, historyOrder: expired},
		"a late extension":                          {order: "s|x", historyOrder: expired}, // DeadlineAcceptLate: extended
		"an extension after both messages":          {order: "ssx|", acceptLate: complete, historyOrder: complete},
		"an extension in time and late messages":    {order: "x|ss", extended: true, acceptLate: complete, historyOrder: complete},
		"an extension in time and then late ones":   {order: "x|s", extended: true, then: "|s", acceptLate: complete, historyOrder: expired},
		"a second extension in time":                {order: "x|s", extended: true, then: "x|s", acceptLate: complete, historyOrder: complete},
		"two extensions in time before any message": {order: "x|", extended: true, then: "x|ss", acceptLate: complete, historyOrder: complete},
	} {
		for wayName, w := range ways {
			for _, ties := range []signals.DeadlinePolicy{signals.DeadlineAcceptLate, signals.DeadlineHistoryOrder} {
				want, policy := c.acceptLate, "accept late"
				if ties == signals.DeadlineHistoryOrder {
					want, policy = c.historyOrder, "history order"
				}
				if want == "" || !c.extended && want == "complete" && w.signal == extension.Name() {
					continue // the other coroutine extends it first or not: no one can tell, and no one waits
				}
				t.Run(policy+", "+name+", "+wayName, func(t *testing.T) {
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

// A deadline that has passed cannot be extended.
func TestExtensionOfAPassedDeadlineIsRefused(t *testing.T) {
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
