package signals_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

var (
	others = signals.New[item]("other").WithID(func(i item) string { return i.ID })
	finish = signals.New[bool]("finish")
)

// chain is the input and the state of a run in a chain.
type chain struct {
	Carried signals.ContinueState
	Plan    []int // how to receive next, in turns
	Step    int
	Cuts    []int // continue as new when so many were handled
	Handled map[string][]string
	N, Dead int
	Done    bool
}

// consume receives in all the ways that there are, works in between, and
// continues as new where it is told to.
func consume(ctx workflow.Context, c chain) (chain, error) {
	open := func(s signals.Signal[item]) *signals.Channel[item] {
		return s.Channel(ctx, signals.Options{ContinueState: c.Carried, OnDeadLetter: func(signals.DeadLetter, converter.RawValue) { c.Dead++ }})
	}
	channels := []*signals.Channel[item]{open(items), open(others)}
	end := finish.Channel(ctx, signals.Options{ContinueState: c.Carried})
	if c.Handled == nil {
		c.Handled = map[string][]string{}
	}
	for {
		turn := c.Plan[c.Step%len(c.Plan)]
		c.Step++
		at := turn % 2
		handle := func(all ...item) {
			for _, i := range all {
				c.Handled[fmt.Sprint(at)] = append(c.Handled[fmt.Sprint(at)], i.ID)
				c.N++
			}
		}
		if err := receive(ctx, turn/2, channels[at], handle, func() int { return c.N }); err != nil {
			return c, err
		}
		if _, ok := end.TryReceive(ctx); ok {
			for at = range channels {
				handle(channels[at].Drain(ctx)...)
			}
			c.Done = true
			return c, nil
		}
		if len(c.Cuts) > 0 && c.N >= c.Cuts[0] {
			c.Cuts = c.Cuts[1:]
			carried, ok := signals.NewContinueState(ctx, channels[0], channels[1], end)
			if !ok {
				return c, errors.New("nothing was carried")
			}
			c.Carried = carried
			return c, workflow.NewContinueAsNewError(ctx, "consume", c)
		}
	}
}

// A burst is what arrives at once.
type burst struct {
	After time.Duration
	Sends []sent
}

type sent struct {
	Name string
	IDs  []string // several: a batch; none: a message that is no item
}

func (s sent) arg() any {
	switch len(s.IDs) {
	case 0:
		return "no item"
	case 1:
		return item{ID: s.IDs[0]}
	}
	var all [][]byte
	for _, id := range s.IDs {
		all = append(all, []byte(fmt.Sprintf(`{"id":%q}`, id)))
	}
	return wire.NewBatch(all)
}

func bursts(t *rapid.T) []burst {
	ids := rapid.SliceOfN(rapid.StringMatching(`[a-z]`), 0, 4)
	send := rapid.Custom(func(t *rapid.T) sent {
		return sent{rapid.SampledFrom([]string{"item", "other"}).Draw(t, "name"), ids.Draw(t, "ids")}
	})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) burst {
		return burst{time.Duration(rapid.IntRange(1, 9_000).Draw(t, "ms")) * time.Millisecond, rapid.SliceOfN(send, 1, 6).Draw(t, "sends")}
	}), 1, 12).Draw(t, "bursts")
}

// In any chain of runs each ID is handled once, in the order of first arrival, and each
// bad message is one dead letter.
func TestEachIDIsHandledOnceInAnyChainOfRuns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := bursts(t)
		want, dead := map[string][]string{}, 0
		for _, b := range all {
			for _, s := range b.Sends {
				name := map[string]string{"item": "0", "other": "1"}[s.Name]
				if len(s.IDs) == 0 {
					dead++
				}
				for _, id := range s.IDs {
					if !slices.Contains(want[name], id) {
						want[name] = append(want[name], id)
					}
				}
			}
		}
		c := chain{
			Plan: rapid.SliceOfN(rapid.IntRange(0, 17), 1, 12).Draw(t, "plan"),
			Cuts: rapid.SliceOfN(rapid.IntRange(0, 30), 0, 6).Draw(t, "cuts"),
		}
		runs := 0
		for ; !c.Done; runs++ {
			c = runChain(t, c, &all)
		}
		require.Equal(t, want["0"], c.Handled["0"])
		require.Equal(t, want["1"], c.Handled["1"])
		require.Equal(t, dead, c.Dead)
	})
}

// runChain does one run, with what has not arrived yet; that is left in all.
func runChain(t *rapid.T, c chain, all *[]burst) chain {
	arrivals := &counter{}
	env := testenv.New(arrivals, signals.NewInterceptor())
	after := time.Duration(0)
	for _, b := range *all {
		after += b.After
		env.RegisterDelayedCallback(func() {
			last := len(b.Sends) - 1
			for _, s := range b.Sends[:last] {
				env.SignalWorkflowSkippingWorkflowTask(s.Name, s.arg())
			}
			env.SignalWorkflow(b.Sends[last].Name, b.Sends[last].arg())
		}, after)
	}
	env.RegisterDelayedCallback(func() { env.SignalWorkflow("finish", true) }, after+time.Minute)
	env.ExecuteWorkflow(consume, c)
	*all = arrivals.rest(*all)
	var again *workflow.ContinueAsNewError
	if errors.As(env.GetWorkflowError(), &again) {
		c = chain{}
		require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &c))
		return c
	}
	require.NoError(t, env.GetWorkflowError())
	c = chain{}
	require.NoError(t, env.GetWorkflowResult(&c))
	return c
}
