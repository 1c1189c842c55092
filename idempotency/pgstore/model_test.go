package pgstore_test

import (
	"errors"
	"fmt"

	"github.com/anishathalye/porcupine"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// call is one call of a store: what the comments of [driver.Store] and
// [driver.Admin] name. Leases are long, or end at once.
type call struct {
	key     byte
	verb    string
	owner   byte
	fence   int64
	hold    bool
	abandon bool
	final   driver.Completion
}

// answer is what came back.
type answer struct {
	won bool
	rec kept
	err error
}

// kept is a record without what a clock says, and the state of the model.
type kept struct {
	state     driver.State // 0 is none
	owner     byte
	fence     int64
	takenOver bool
	abandoned bool
	result    string
}

func keep(r driver.Record) kept {
	return kept{
		r.State, r.Owner[0], r.Fence, r.TakenOver,
		r.State == driver.StateInProgress && r.Remaining <= 0, string(r.Result),
	}
}

// model is the specification, one key at a time.
var model = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := map[byte][]porcupine.Operation{}
		for _, op := range history {
			key := op.Input.(call).key
			parts[key] = append(parts[key], op)
		}
		all := [][]porcupine.Operation{}
		for _, part := range parts {
			all = append(all, part)
		}
		return all
	},
	Init: func() any { return kept{} },
	Step: func(state, input, output any) (bool, any) {
		next, want := input.(call).on(state.(kept))
		got := output.(answer)
		return got.won == want.won && got.rec == want.rec && errors.Is(got.err, want.err), next
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v -> %+v", input, output) },
}

// on is what a call does to a record, and answers.
func (c call) on(r kept) (kept, answer) {
	mine := r.state != 0 && r.owner == c.owner && r.fence == c.fence
	lost := answer{err: driver.ErrLeaseLost}
	switch c.verb {
	case "claim":
		return c.claim(r)
	case "get":
		if r.state == 0 {
			return r, answer{err: driver.ErrNoRecord}
		}
		return r, answer{rec: r}
	case "renew":
		if !mine || r.state != driver.StateInProgress {
			return r, lost
		}
		r.abandoned = c.abandon
	case "finish":
		switch {
		case mine && r.state == c.final.State && r.result == string(c.final.Result):
		case !mine || r.state != driver.StateInProgress:
			return r, lost
		}
		r.state, r.result, r.abandoned = c.final.State, string(c.final.Result), false
	case "release":
		if !mine || r.state != driver.StateInProgress && r.state != driver.StateReleased {
			return r, lost
		}
		r.state, r.abandoned = driver.StateReleased, false
	case "resolve":
		open := r.state == driver.StateIndeterminate || r.state == driver.StatePending || r.abandoned
		if !open || r.fence != c.fence {
			return r, lost
		}
		r.state, r.result, r.abandoned = c.final.State, string(c.final.Result), false
	case "forget":
		switch {
		case r.state == 0:
			return r, answer{err: driver.ErrNoRecord}
		case r.state == driver.StateInProgress && !r.abandoned:
			return r, lost
		}
		r = kept{}
	}
	return r, answer{}
}

func (c call) claim(r kept) (kept, answer) {
	switch {
	case r.state == 0 || r.state == driver.StateReleased:
		r = kept{state: driver.StateInProgress, owner: c.owner, fence: r.fence + 1}
	case r.state == driver.StateInProgress && r.owner == c.owner:
	case r.abandoned && c.hold:
		r.state, r.abandoned = driver.StateIndeterminate, false
		return r, answer{rec: r}
	case r.abandoned:
		r = kept{state: driver.StateInProgress, owner: c.owner, fence: r.fence + 1, takenOver: true}
	default:
		return r, answer{rec: r}
	}
	return r, answer{won: true, rec: r}
}
