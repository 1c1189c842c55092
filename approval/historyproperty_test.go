package approval_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// standing is how a gate stands.
type standing struct {
	State                   policy.State
	Round, Stage, Approvals int
}

// stands opens a gate and says how it stands when it is told to finish.
func stands(ties signals.DeadlinePolicy, p policy.Policy) func(workflow.Context) (standing, error) {
	return func(ctx workflow.Context) (standing, error) {
		finish := signals.New[struct{}]("finish").Channel(ctx, signals.Options{})
		gates, err := approval.NewGates(ctx, approval.Options{DeadlinePolicy: ties})
		if err != nil {
			return standing{}, err
		}
		req := request()
		req.Requester, req.Policy = "x", p
		if _, err = approval.Open(ctx, gates, req); err == nil {
			_, err = finish.Receive(ctx)
		}
		now, failed := gates.Standing()
		s := now.Gates[0]
		return standing{s.State, s.Round, s.Stage, s.Approvals}, errors.Join(err, failed)
	}
}

// drawPolicy has a stage with a deadline and a ladder, and one without.
func drawPolicy(rt *rapid.T) policy.Policy {
	one := stage("one", 2, "finance", 2*time.Hour)
	one.OnTimeout = rapid.SampledFrom([]policy.TimeoutAction{
		policy.ExpireOnTimeout, policy.ApproveOnTimeout,
		policy.RejectOnTimeout,
	}).Draw(rt, "on timeout")
	for i := range rapid.IntRange(0, 3).Draw(rt, "steps") {
		one.Escalations = append(one.Escalations, policy.Escalation{
			After: time.Duration(time.Duration(i+1) * 30 * time.Minute), To: policy.Selector{Users: []string{fmt.Sprint(i), "r"}},
			Replace: rapid.Bool().Draw(rt, "replace"),
		})
	}
	two := stage("two", 1, "board", 0)
	two.Deadline = policy.NoDeadline
	p := policy.Stages(one, two)
	p.MaxRounds, p.AllowEdits, p.AllowRepeat = 2, true, true
	return p
}

// However votes, timers and the times at which no worker runs are ordered, a gate
// stands as a reading of its history in order says, and has the timers of that.
func TestGatesStandAsTheirHistorySays(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPolicy(rt)
		ties := rapid.SampledFrom([]signals.DeadlinePolicy{signals.DeadlineAcceptLate, signals.DeadlineHistoryOrder}).Draw(rt, "ties")
		h := historytest.New(t, "ask").SideEffect(opening(t, p, termsOf(ties).with("requester", "x")))
		now := h.Now()
		counter, err := tally.New(p, tally.Options{Requester: "x", Digest: digestOfJSON(`"report 7"`)})
		require.NoError(t, err)
		m := &historyModel{h: h, exact: ties == signals.DeadlineHistoryOrder, t: counter, stage: -1}
		m.follow(now)
		m.deadline.now = false
		if m.alarm != nil {
			m.alarm.now = false
		}
		var trace strings.Builder
		defer func() {
			if t.Failed() {
				t.Log(trace.String())
			}
		}()
		var batch []ballot
		pass := func(d time.Duration) {
			until := now.Add(d)
			for _, c := range []*clock{m.alarm, m.deadline} { // a step comes before the deadline
				if c != nil && !c.fired && !c.at.After(until) {
					h.Pass(c.at.Sub(now)).TimerFired(c.id)
					c.fired, c.behind, now = true, len(batch), c.at
					trace.WriteString(" timer " + c.id)
				}
			}
			h.Pass(until.Sub(now))
			now = until
		}
		fired := func(c *clock) bool { return c != nil && c.fired }
		task := func() {
			if len(batch) == 0 && !fired(m.alarm) && !fired(m.deadline) {
				return // a task needs an event to be about
			}
			h.Task()
			m.read(batch, now)
			batch = nil
			fmt.Fprintf(&trace, " | %s round %d stage %d, %d events\n", m.t.State(), m.t.Round(), m.t.Stage(), h.Events())
		}
		for i := range rapid.IntRange(1, 14).Draw(rt, "events") {
			switch e := rapid.SampledFrom([]byte("aabbncceepp0123rx..........  ")).Draw(rt, "event"); e {
			case ' ':
				task()
			case '.':
				pass(time.Duration(rapid.IntRange(5, 50).Draw(rt, "minutes")) * time.Minute)
			default:
				b := ballotOf(fmt.Sprint(i), e, m.t.Round())
				if e == 'e' {
					b = b.editing(`"report 8"`)
				}
				h.Signal(protocol.SignalVote, historytest.JSON(t, b.wire))
				fmt.Fprintf(&trace, " %c(%d)", e, m.t.Round())
				batch = append(batch, b)
			}
			if m.reused {
				return
			}
		}
		task()
		if m.reused {
			return
		}
		seen[string(m.t.State())]++
		h.Signal("finish", historytest.JSON(t, struct{}{})).Task()
		var got standing
		h.Result(&got, stands(ties, p), signals.NewInterceptor())
		require.Equal(rt, standing{m.t.State(), m.t.Round(), m.t.Stage(), m.t.Approvals()}, got)
	})
	require.GreaterOrEqual(t, len(seen), 3, "states in which gates were left: %v", seen)
}
