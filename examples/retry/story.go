package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// A scenario is some orders, and what must become of them.
type scenario struct {
	title  string
	orders []expected
	note   func(plan retry.Schedule, all []result) string // nil says nothing more
}

// expected is what must become of an order when the downstream keeps to its
// script.
type expected struct {
	name        string
	whenOpen    bool // the order comes when the breaker has opened
	script      []Answer
	least, most int // attempts, parked ones included
	parked      int // of them, at least
	state       State
	budget      bool // it ends since more time was asked for than was left
}

func scenarios() []scenario {
	ok, down := Answer{Status: http.StatusOK}, Answer{Status: http.StatusServiceUnavailable}
	busy := func(d time.Duration) Answer { return Answer{Status: down.Status, RetryAfter: d} }
	return []scenario{
		{"A bad day: busy, broken, silent, and well again", []expected{
			{name: "train", script: []Answer{busy(2 * time.Second), {Reset: true}, {Hang: true}, ok}, least: 4, most: 4, state: Charged},
		}, nil},
		{"A bad request, in an error that is wrapped with %w", []expected{
			{name: "typo", script: []Answer{{Status: http.StatusBadRequest}}, least: 1, most: 1, state: Refused},
		}, func(retry.Schedule, []result) string {
			alone := limits
			alone.Jitter = retry.JitterNone
			return fmt.Sprintf("Temporal alone sees the outermost error, a *fmt.wrapError, and retries it: up to %d attempts in %v.",
				retry.Plan(policy, alone).MaxAttempts(), alone.ScheduleToClose)
		}},
		// The two that wake up from an open breaker may meet at its one probe.
		{"An outage: the breaker opens, and attempts are parked", []expected{
			{name: "hotel", script: []Answer{down, down, down, down, ok}, least: 6, most: 8, parked: 1, state: Charged},
			{name: "taxi", whenOpen: true, script: []Answer{ok}, least: 2, most: 4, parked: 1, state: Charged},
		}, nil},
		{"A service that asks for ten hours, and there is a minute", []expected{
			{name: "visa", script: []Answer{busy(10 * time.Hour)}, least: 1, most: 1, state: Held, budget: true},
		}, func(_ retry.Schedule, all []result) string {
			b := all[0].outcome.Budget
			if b == nil {
				return "it was not said how much time there was"
			}
			return fmt.Sprintf("It asked for %v, and %v were left. The server would give up as well, without a word.", short(b.RetryAfter),
				short(b.Remaining))
		}},
	}
}

const legend = `
The tables below have, for each attempt: the wait that was planned before it, the
one that the failure before it asked Temporal for (less, by jitter, or more, when
the service or the breaker wants that), and the one that was. A server may take a
second for a wait that is shorter.
`

// A story plays scenarios, and compares what happens with the plan.
type story struct {
	client     client.Client
	queue      string
	out        io.Writer
	downstream *Downstream
	breaker    *Breaker
	book       *Book

	open []string // workflows that have not ended

	mu      sync.Mutex // of out and started
	started time.Time
}

// play plays all scenarios. It fails when one of them breaks the plan.
func (s *story) play(ctx context.Context, all []scenario) error {
	plan := retry.Plan(policy, limits)
	s.print(fmt.Sprintf("The plan of a charge:\n%v%s\n", plan, legend))
	inTime, cancel := context.WithTimeoutCause(ctx, 2*time.Minute, errors.New("the orders are not done after 2 minutes"))
	defer cancel()
	var results []result
	problems := 0
	for i, sc := range all {
		s.print(fmt.Sprintf("%d. %s\n", i+1, sc.title))
		ended, err := s.perform(inTime, sc)
		if err != nil {
			return abandon(ctx, s.client, s.open, err)
		}
		results = append(results, ended...)
		s.print(table(plan, ended))
		if sc.note != nil {
			s.print("   " + sc.note(plan, ended) + "\n")
		}
		for _, r := range ended {
			problems += s.blame(r.violations(plan))
		}
		s.print("\n")
	}
	if problems += s.blame(breakerViolations(s.breaker.history(), results)); problems > 0 {
		return fmt.Errorf("the plan was broken in %d places; see the lines that begin with VIOLATED", problems)
	}
	s.print("All went as planned.\n")
	return nil
}

// perform places the orders of a scenario, and waits until they are done.
func (s *story) perform(ctx context.Context, sc scenario) ([]result, error) {
	var runs []client.WorkflowRun
	for _, want := range sc.orders {
		if want.whenOpen {
			select {
			case <-s.breaker.opened:
			case <-ctx.Done():
				return nil, fmt.Errorf("the breaker did not open: %w", context.Cause(ctx))
			}
		}
		id := s.queue + "-" + want.name
		s.downstream.expect(id, want.script)
		s.open = append(s.open, id) // also when the answer to the start is lost
		run, err := s.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: s.queue}, Checkout, Order{ID: id, Cents: 4200})
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	var results []result
	for i, run := range runs {
		r := result{want: sc.orders[i]}
		if err := run.Get(ctx, &r.outcome); err != nil {
			return nil, errors.Join(context.Cause(ctx), err)
		}
		s.open = s.open[1:]
		r.attempts, r.calls = s.book.of(run.GetID()), s.downstream.callsOf(run.GetID())
		results = append(results, r)
	}
	return results, nil
}

// blame prints what is wrong.
func (s *story) blame(violations []string) int {
	for _, v := range violations {
		s.print("   VIOLATED " + v + "\n")
	}
	return len(violations)
}

// say prints one line with the time since the first.
func (s *story) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started.IsZero() {
		s.started = time.Now()
	}
	_, _ = fmt.Fprintf(s.out, "   %5.1fs  %s\n", time.Since(s.started).Seconds(), fmt.Sprintf(format, args...))
}

func (s *story) print(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = io.WriteString(s.out, text)
}
