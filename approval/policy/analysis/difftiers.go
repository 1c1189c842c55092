package analysis

import (
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A TierDiff says what changes for some amounts.
type TierDiff struct {
	// Amounts names them, such as "from 100 to 999".
	Amounts string `json:"amounts"`
	// Changes lists the differences of the policies for these amounts.
	Changes []Change `json:"changes"`
	// Before and After have the sentences of [policy.Policy.Explain] that only one of
	// the two policies has.
	Before []string `json:"before,omitempty"`
	After  []string `json:"after,omitempty"`
}

// DiffTiers returns for which amounts policies change, and how. Amounts without a change
// are left out, and neighbors with the same changes are one. The error says what is
// wrong with the tiers.
func DiffTiers(before, after policy.Tiers) ([]TierDiff, error) {
	for _, t := range []policy.Tiers{before, after} {
		if err := t.Validate(); err != nil {
			return nil, err
		}
	}
	var all []TierDiff
	var from []int64 // where each of all begins
	end := int64(math.MinInt64)
	starts := slices.Concat([]int64{math.MinInt64, 0}, ends(before), ends(after))
	slices.Sort(starts)
	starts = slices.Compact(starts)
	for i, start := range starts {
		d := diffAt(before, after, start)
		last := len(all) - 1
		until := int64(math.MaxInt64)
		if i+1 < len(starts) {
			until = starts[i+1] - 1
		}
		switch {
		case len(d.Changes) == 0:
			continue
		case last >= 0 && end == start-1 && reflect.DeepEqual(all[last].Changes, d.Changes):
			all[last].Amounts = amounts(from[last], until)
		default:
			d.Amounts = amounts(start, until)
			all, from = append(all, d), append(from, start)
		}
		end = until
	}
	return all, nil
}

func ends(t policy.Tiers) (all []int64) {
	for _, tier := range t[:len(t)-1] {
		all = append(all, tier.Below)
	}
	return all
}

// diffAt compares the policies for one amount.
func diffAt(before, after policy.Tiers, amount int64) TierDiff {
	was, wasRefused := before.For(amount)
	is, isRefused := after.For(amount)
	if (wasRefused == nil) != (isRefused == nil) {
		allowed := func(err error) string { return fmt.Sprint(err == nil) }
		return TierDiff{Changes: []Change{{Field: "allowNegative", Old: allowed(wasRefused), New: allowed(isRefused)}}}
	}
	if wasRefused != nil {
		return TierDiff{}
	}
	old, now := was.Explain(), is.Explain()
	return TierDiff{Changes: Diff(was, is), Before: without(old, now), After: without(now, old)}
}

func amounts(from, to int64) string {
	switch {
	case from == math.MinInt64 && to == math.MaxInt64:
		return "all"
	case from == math.MinInt64:
		return fmt.Sprintf("below %d", to+1)
	case to == math.MaxInt64:
		return fmt.Sprintf("from %d", from)
	default:
		return fmt.Sprintf("from %d to %d", from, to)
	}
}
