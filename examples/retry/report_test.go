package main

import (
	"testing"
	"time"

	"github.com/sony/gobreaker/v2"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

const ms = time.Millisecond

var began = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// seen is an attempt that took no time.
func seen(number int, at time.Duration, typ string, wanted time.Duration) Attempt {
	when := began.Add(at)
	return Attempt{Number: number, Began: when, Ended: when, Failed: typ != "", Type: typ, Wanted: wanted}
}

func called(attempt int, a Answer) call { return call{attempt, began, a} }

func TestViolations(t *testing.T) {
	t.Parallel()
	two := expected{name: "o", least: 2, most: 2, state: Charged}
	down, ok := Answer{Status: 503}, Answer{Status: 200}
	calls := []call{called(1, down), called(2, ok)}
	charged := Outcome{State: Charged}
	done := func(at time.Duration) Attempt { return seen(2, at, "", 0) }
	cases := map[string]struct {
		r    result
		want []string
	}{
		"none": {result{two, []Attempt{seen(1, 0, "HTTP503", 700*ms), done(1010 * ms)}, calls, charged}, nil},
		"asked for too long": {
			result{two, []Attempt{seen(1, 0, "HTTP503", 1100*ms), done(1110 * ms)}, calls, charged},
			[]string{"o: after attempt 1 a wait of 1.1s was asked for, and 500ms to 1s was right"},
		},
		"waited too long": {
			result{two, []Attempt{seen(1, 0, "HTTP503", 700*ms), done(11100 * ms)}, calls, charged},
			[]string{"o: after attempt 1 the wait was 11.1s, and 700ms to 1s was right"},
		},
		"came too early": {
			result{two, []Attempt{seen(1, 0, "HTTP503", 700*ms), done(600 * ms)}, calls, charged},
			[]string{"o: after attempt 1 the wait was 600ms, and 700ms to 1s was right"},
		},
		"Retry-After": {result{two, []Attempt{seen(1, 0, "HTTP503", 5*time.Second), done(5 * time.Second)}, []call{
			called(1, Answer{Status: 503, RetryAfter: 5 * time.Second}), called(2, ok),
		}, charged}, nil},
		"Retry-After is not heeded": {
			result{two, []Attempt{seen(1, 0, "HTTP503", 700*ms), done(1000 * ms)}, []call{
				called(1, Answer{Status: 503, RetryAfter: 5 * time.Second}), called(2, ok),
			}, charged},
			[]string{"o: after attempt 1 a wait of 700ms was asked for, and 5s to 6s was right"},
		},
		"parked": {
			result{expected{name: "o", least: 2, most: 2, parked: 1, state: Charged}, []Attempt{seen(1, 0, retry.ReasonShortCircuited.Error(),
				3500*ms), done(3500 * ms)}, calls[1:], charged}, nil,
		},
		"parked, and called": {
			result{two, []Attempt{seen(1, 0, retry.ReasonShortCircuited.Error(), 3500*ms), done(3500 * ms)}, calls, charged},
			[]string{"o: attempt 1 was parked, and called all the same", "o: the downstream was called 2 times, and 1 attempts ran"},
		},
		"not called": {
			result{two, []Attempt{seen(1, 0, "HTTP503", 700*ms), done(1000 * ms)}, calls[:1], charged},
			[]string{"o: attempt 2 made 0 calls, and was to make one", "o: the downstream was called 1 times, and 2 attempts ran"},
		},
		"an attempt is missing": {
			result{two, []Attempt{done(0)}, calls[1:], charged},
			[]string{"o: 1 attempts, and 2 to 2 were expected", "o: attempt 2 comes where 1 was expected"},
		},
		"not parked": {
			result{
				expected{name: "o", least: 2, most: 2, parked: 1, state: Charged},
				[]Attempt{seen(1, 0, "HTTP503", 700*ms), done(1000 * ms)},
				calls, charged,
			},
			[]string{"o: 0 attempts were parked, and at least 1 were expected"},
		},
		"another end": {
			result{expected{name: "o", state: Held, budget: true}, nil, nil, Outcome{State: Refused}},
			[]string{`o: it is "refused", and was to be "held"`, "o: more time was asked for than there was, and nothing says so"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, c.r.violations(retry.Plan(policy, limits)))
		})
	}
}

func TestBreakerViolations(t *testing.T) {
	t.Parallel()
	all := []change{
		{gobreaker.StateOpen, began.Add(-ms)}, {gobreaker.StateHalfOpen, began.Add(ms)}, {gobreaker.StateClosed, began.Add(2 * ms)},
	}
	require.Equal(t, []string{"o: attempt 7 called while the breaker was open"},
		breakerViolations(all, []result{{want: expected{name: "o"}, calls: []call{called(7, Answer{})}}}))
	require.Equal(t, []string{"the breaker was [open half-open], and was to be [open half-open closed]"}, breakerViolations(all[:2], nil))
}
