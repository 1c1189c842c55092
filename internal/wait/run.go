// Package wait is the core of deadlines. A message that history recorded before a
// deadline's timer fired is in time, one recorded after it is late. Workflow code cannot
// see that order by itself, because all events of a workflow task are applied before any
// of it runs; a [Run], fed by an interceptor, remembers it.
package wait

import (
	"slices"

	"go.temporal.io/sdk/workflow"
)

// A Run counts the signals of one workflow run as its history is applied. It
// lives on the worker's side of one run, is rebuilt by replay, and creates no
// command.
type Run struct {
	ids       map[string]int
	arrived   []int // by id: signals that history has delivered
	declared  map[string]bool
	open      map[string]bool // names of which a channel receives
	deadlines []*Deadline
	enders    []func(workflow.Context, error)
	closers   []func(workflow.Context, error)
	claimed   map[string]bool
}

// NewRun returns the empty state of a run.
func NewRun() *Run {
	return &Run{ids: map[string]int{}, declared: map[string]bool{}, open: map[string]bool{}, claimed: map[string]bool{}}
}

type runKey struct{}

// WithRun returns a context through which this package finds r.
func WithRun(ctx workflow.Context, r *Run) workflow.Context {
	return workflow.WithValue(ctx, runKey{}, r)
}

// FromContext returns the run's state, or nil when no interceptor keeps one.
func FromContext(ctx workflow.Context) *Run {
	r, _ := ctx.Value(runKey{}).(*Run)
	return r
}

// Arrive notes that history delivers one more signal of that name. It must be
// called for each signal before the SDK hands it to its channel.
func (r *Run) Arrive(name string) {
	r.deadlines = slices.DeleteFunc(r.deadlines, func(d *Deadline) bool {
		if d.Passed() {
			r.snapshot(d)
			return true
		}
		return false
	})
	r.arrived[r.id(name)]++
}

// Open notes that a channel receives the signals of that name; it returns false when
// another does.
func (r *Run) Open(name string) bool {
	if r.open[name] {
		return false
	}
	r.open[name] = true
	return true
}

// AtEnd registers f to run when the workflow function has returned, with the
// error that it returned, and before what [Run.AtClose] registered. f may wait, and
// so hold up the end of the run; it must not depend on the cancellation of its
// context, and must wait in the same way on each worker.
func (r *Run) AtEnd(f func(workflow.Context, error)) { r.enders = append(r.enders, f) }

// AtClose registers f to run when the workflow function has returned, with the
// error that it returned.
func (r *Run) AtClose(f func(workflow.Context, error)) { r.closers = append(r.closers, f) }

// Close runs what [Run.AtEnd] and [Run.AtClose] registered, in order, and reports
// signals that nothing was there to receive.
func (r *Run) Close(ctx workflow.Context, err error) {
	for _, f := range r.enders {
		f(ctx, err)
	}
	for _, f := range r.closers {
		f(ctx, err)
	}
	undeclared := slices.DeleteFunc(workflow.GetUnhandledSignalNames(ctx), func(name string) bool { return r.declared[name] })
	slices.Sort(undeclared) // the SDK has them in a map
	reportUndeclared(ctx, undeclared)
}

func (r *Run) track(d *Deadline) {
	d.run = r
	if !slices.Contains(r.deadlines, d) {
		r.deadlines = append(r.deadlines, d)
	}
}

// forget stops tracking a deadline that was stopped.
func (r *Run) forget(d *Deadline) {
	if i := slices.Index(r.deadlines, d); i >= 0 {
		r.deadlines = slices.Delete(r.deadlines, i, i+1)
		if d.Passed() {
			r.snapshot(d) // nothing has arrived since it passed
		}
	}
}

// snapshot notes that what has arrived until now came before d had passed.
func (r *Run) snapshot(d *Deadline) { d.seen = append([]int{}, r.arrived...) } // never nil

func (r *Run) id(name string) int {
	id, ok := r.ids[name]
	if !ok {
		id = len(r.arrived)
		r.ids[name] = id
		r.arrived = append(r.arrived, 0)
	}
	return id
}

// late reports whether the n-th signal (from 1) of id came after d had passed.
func (r *Run) late(id, n int, d *Deadline) bool {
	if d.seen == nil {
		return false // not passed, or no signal has come since
	}
	before := 0
	if id < len(d.seen) {
		before = d.seen[id]
	}
	return n > before
}
