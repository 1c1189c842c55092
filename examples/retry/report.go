package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

const (
	// tolerance is what a busy machine may add to a wait. That a server takes a
	// second for a shorter one is no matter here: no plan is below that.
	tolerance = 10 * time.Second
	// early is by how much clocks that are rounded may seem to be early.
	early = 10 * time.Millisecond
)

// A result is what became of an order, as the worker, the downstream and the
// workflow saw it.
type result struct {
	want     expected
	attempts []Attempt
	calls    []call
	outcome  Outcome
}

// answers are those that one attempt got; none when it made no call.
func (r result) answers(attempt int) (all []Answer) {
	for _, c := range r.calls {
		if c.attempt == attempt {
			all = append(all, c.answer)
		}
	}
	return all
}

// table shows what was planned beside what happened.
func table(plan retry.Schedule, results []result) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	row := func(cells ...any) {
		_, _ = fmt.Fprintf(w, "   %v\t%v\t%v\t%v\t%v\t%v\t%v\n", cells...)
	}
	row("order", "attempt", "planned", "asked for", "waited", "downstream", "verdict")
	for _, r := range results {
		for i, a := range r.attempts {
			planned, wanted, waited := "", "", ""
			if i > 0 {
				before := r.attempts[i-1]
				planned, wanted, waited = short(plan.Wait(before.Number)), short(before.Wanted), short(a.Began.Sub(before.Ended))
			}
			said := "not called"
			if answers := r.answers(a.Number); len(answers) > 0 {
				said = strings.Trim(fmt.Sprint(answers), "[]")
			}
			row(r.want.name, a.Number, planned, wanted, waited, said, verdict(a))
		}
	}
	_ = w.Flush()
	for _, r := range results {
		detail := r.outcome.Receipt
		if detail == "" {
			detail = r.outcome.Reason
		}
		_, _ = fmt.Fprintf(&b, "   %s is %s: %s\n", r.want.name, r.outcome.State, detail)
	}
	return b.String()
}

func verdict(a Attempt) string {
	switch {
	case !a.Failed:
		return "done"
	case a.Parked():
		return "parked"
	case a.Final:
		return a.Type + ", final"
	default:
		return a.Type + ", retry"
	}
}

func short(d time.Duration) string { return d.Round(time.Millisecond).String() }

// violations is where what happened is not what was planned.
func (r result) violations(plan retry.Schedule) (all []string) {
	wrong := func(format string, args ...any) {
		all = append(all, r.want.name+": "+fmt.Sprintf(format, args...))
	}
	if n := len(r.attempts); n < r.want.least || n > r.want.most {
		wrong("%d attempts, and %d to %d were expected", n, r.want.least, r.want.most)
	}
	parked := 0
	for i, a := range r.attempts {
		if a.Number != i+1 {
			wrong("attempt %d comes where %d was expected", a.Number, i+1)
		}
		calls := len(r.answers(a.Number))
		switch {
		case a.Parked() && calls > 0:
			wrong("attempt %d was parked, and called all the same", a.Number)
		case !a.Parked() && calls != 1:
			wrong("attempt %d made %d calls, and was to make one", a.Number, calls)
		}
		if a.Parked() {
			parked++
		}
		if i > 0 {
			for _, text := range r.waitViolations(plan, r.attempts[i-1], a) {
				wrong("%s", text)
			}
		}
	}
	if len(r.calls) != len(r.attempts)-parked {
		wrong("the downstream was called %d times, and %d attempts ran", len(r.calls), len(r.attempts)-parked)
	}
	if parked < r.want.parked {
		wrong("%d attempts were parked, and at least %d were expected", parked, r.want.parked)
	}
	if r.outcome.State != r.want.state {
		wrong("it is %q, and was to be %q", r.outcome.State, r.want.state)
	}
	if b := r.outcome.Budget; r.want.budget && (b == nil || b.RetryAfter <= b.Remaining) {
		wrong("more time was asked for than there was, and nothing says so")
	}
	return all
}

// waitViolations judges the wait between two attempts.
func (r result) waitViolations(plan retry.Schedule, before, a Attempt) (all []string) {
	wrong := func(format string, args ...any) {
		all = append(all, fmt.Sprintf("after attempt %d ", before.Number)+fmt.Sprintf(format, args...))
	}
	// What may be asked for: what the plan says, if the downstream or the
	// breaker does not ask for something else.
	least, most := plan.Wait(before.Number)/2, plan.Wait(before.Number)
	if answers := r.answers(before.Number); len(answers) > 0 && answers[0].RetryAfter > 0 {
		least = max(answers[0].RetryAfter, plan.Wait(before.Number))
		most = least + least/5
	}
	if before.Parked() {
		least, most = time.Millisecond, openFor+openFor/5
	}
	if before.Wanted < least || before.Wanted > most {
		wrong("a wait of %v was asked for, and %v to %v was right", short(before.Wanted), short(least), short(most))
	}
	if waited := a.Began.Sub(before.Ended); waited < before.Wanted-early || waited > most+tolerance {
		wrong("the wait was %v, and %v to %v was right", short(waited), short(before.Wanted), short(most))
	}
	return all
}

// breakerViolations says whether the breaker opened once, let one call try, and
// closed, and whether there were calls while it was open.
func breakerViolations(history []change, results []result) (all []string) {
	var states []gobreaker.State
	var opened, halfOpen time.Time
	for _, c := range history {
		states = append(states, c.to)
		switch c.to {
		case gobreaker.StateOpen:
			opened = c.at
		case gobreaker.StateHalfOpen:
			halfOpen = c.at
		}
	}
	if got, want := fmt.Sprint(states), "[open half-open closed]"; got != want {
		all = append(all, fmt.Sprintf("the breaker was %s, and was to be %s", got, want))
	}
	for _, r := range results {
		for _, c := range r.calls {
			if c.at.After(opened) && c.at.Before(halfOpen) {
				all = append(all, fmt.Sprintf("%s: attempt %d called while the breaker was open", r.want.name, c.attempt))
			}
		}
	}
	return all
}
