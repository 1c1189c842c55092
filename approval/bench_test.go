package approval_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
)

// BenchmarkReplay replays a run with n gates, each decided by a vote of its own
// that comes in a workflow task of its own. Compare with the twins by hand: one
// router for all gates, without and with a record of how each gate was opened, and
// a coroutine for each gate.
func BenchmarkReplay(b *testing.B) {
	for _, n := range []int{250, 500, 1_000, 2_000} {
		b.Run(fmt.Sprintf("library/n=%d", n), func(b *testing.B) { replayGates(b, n, true, gatesOf(n)) })
		b.Run(fmt.Sprintf("router/n=%d", n), func(b *testing.B) { replayGates(b, n, false, routerOf(n, false)) })
		b.Run(fmt.Sprintf("recording-router/n=%d", n), func(b *testing.B) { replayGates(b, n, true, routerOf(n, true)) })
		if n <= 1_000 { // 2,000 take minutes
			b.Run(fmt.Sprintf("coroutines/n=%d", n), func(b *testing.B) { replayGates(b, n, false, coroutinesOf(n)) })
		}
	}
}

func replayGates(b *testing.B, n int, recorded bool, fn func(workflow.Context) error) {
	b.Helper()
	h := historytest.New(b, "gates")
	for range n {
		if recorded {
			h.SideEffect(opening(b, benchPolicy(), nil))
		}
		h.TimerStarted(time.Hour)
	}
	timers := func(i int) int { return 5 + i }
	if recorded { // the record of each gate is an event before its timer
		timers = func(i int) int { return 6 + 2*i }
	}
	for i := range n {
		h.Signal(protocol.SignalVote, historytest.JSON(b, vote("1", "ann", policy.ChoiceApprove).with("gate", gateID(i)))).Task()
		h.TimerCanceled(fmt.Sprint(timers(i)))
	}
	replay := h.Replays(fn)
	require.NoError(b, replay()) // the first one costs more
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, replay())
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/gate")
}

func benchPolicy() policy.Policy { return policy.Quorum(1, "finance").Within(time.Hour) }

func gateID(i int) string { return fmt.Sprintf("gate-%d", i) }

func gatesOf(n int) func(workflow.Context) error {
	return func(ctx workflow.Context) error {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return err
		}
		var all []*approval.Gate[string]
		for i := range n {
			p, err := approval.Open(ctx, gates, approval.Request[string]{ID: gateID(i), Requester: "eve", Policy: benchPolicy()})
			if err != nil {
				return err
			}
			all = append(all, p)
		}
		_, err = approval.AwaitAll(ctx, all...)
		return err
	}
}

// handVote is a vote as a person writes it who trusts it.
type handVote struct {
	Gate   string `json:"gate"`
	ID     string `json:"id"`
	Choice string `json:"choice"`
	Actor  struct {
		ID     string   `json:"id"`
		Groups []string `json:"groups"`
	} `json:"actor"`
}

type handGate struct {
	timer  workflow.Future
	cancel workflow.CancelFunc
	votes  map[string]string
	open   bool
}

func (g *handGate) cast(v handVote) bool {
	if !g.open || v.Actor.ID == "eve" || len(v.Actor.Groups) == 0 || v.Actor.Groups[0] != "finance" {
		return false
	}
	g.votes[v.Actor.ID] = v.Choice
	g.open = v.Choice != "approve"
	return !g.open
}

func newHandGate(ctx workflow.Context, id string, record bool) *handGate {
	if record {
		var o struct {
			Policy policy.Policy `json:"policy"`
		}
		err := workflow.SideEffect(ctx, func(workflow.Context) any { return o }).Get(&o)
		if err != nil || o.Policy.Stages == nil {
			return nil
		}
	}
	scope, cancel := workflow.WithCancel(ctx)
	timer := workflow.NewTimerWithOptions(scope, time.Hour, workflow.TimerOptions{Summary: "deadline of gate " + id}) // for the Web UI
	return &handGate{timer: timer, cancel: cancel, votes: map[string]string{}, open: true}
}

// routerOf is what an expert writes with the SDK alone: one coroutine that looks
// at the channel and the timers.
func routerOf(n int, record bool) func(workflow.Context) error {
	return func(ctx workflow.Context) error {
		gates, live := map[string]*handGate{}, []*handGate{}
		for i := range n {
			g := newHandGate(ctx, gateID(i), record)
			gates[gateID(i)], live = g, append(live, g)
		}
		open := n
		ch := workflow.GetSignalChannel(ctx, protocol.SignalVote)
		workflow.Go(ctx, func(ctx workflow.Context) {
			for {
				_ = workflow.Await(ctx, func() bool {
					if ch.Len() > 0 {
						return true
					}
					for _, g := range live {
						if g.open && g.timer.IsReady() {
							return true
						}
					}
					return false
				})
				var v handVote
				for ch.ReceiveAsync(&v) {
					if g := gates[v.Gate]; g != nil && g.cast(v) {
						g.cancel()
						open--
					}
				}
			}
		})
		return workflow.Await(ctx, func() bool { return open == 0 })
	}
}

// coroutinesOf has a coroutine for each gate, as samples do.
func coroutinesOf(n int) func(workflow.Context) error {
	return func(ctx workflow.Context) error {
		inbox, open := map[string][]handVote{}, n
		for i := range n {
			workflow.Go(ctx, func(ctx workflow.Context) {
				id := gateID(i)
				g := newHandGate(ctx, id, false)
				for g.open {
					_ = workflow.Await(ctx, func() bool { return len(inbox[id]) > 0 || g.timer.IsReady() })
					for _, v := range inbox[id] {
						g.cast(v)
					}
					inbox[id] = nil
				}
				g.cancel()
				open--
			})
		}
		workflow.Go(ctx, func(ctx workflow.Context) {
			for {
				var v handVote
				workflow.GetSignalChannel(ctx, protocol.SignalVote).Receive(ctx, &v)
				inbox[v.Gate] = append(inbox[v.Gate], v)
			}
		})
		return workflow.Await(ctx, func() bool { return open == 0 })
	}
}
