package retry_test

import (
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

func TestPlan(t *testing.T) {
	t.Parallel()
	plan := retry.Plan(retry.Remote(), retry.Limits{StartToClose: 30 * time.Second, ScheduleToClose: 10 * time.Minute})
	require.Equal(t, 10, plan.MinAttempts())
	require.Equal(t, 15, plan.MaxAttempts())
	worst, ok := plan.Worst()
	require.True(t, ok)
	require.Equal(t, 10*time.Minute, worst)
	require.Equal(t, `
  attempt  wait  earliest  latest
        1              0s      0s
        2    1s        1s     31s
        3    2s        3s    1m3s
        4    4s        7s   1m37s
        5    8s       15s   2m15s
        6   16s       31s    3m1s
        7   32s      1m3s    4m3s
        8    1m      2m3s   5m33s
        9    1m      3m3s    7m3s
       10    1m      4m3s   8m33s
       11    1m      5m3s   never
       12    1m      6m3s   never
        …
10 to 15 attempts, over after 10m at the latest
`, "\n"+plan.String())

	endless := retry.Plan(retry.Remote(), retry.Limits{StartToClose: time.Second})
	require.Contains(t, endless.String(), "unlimited attempts, no time limit")
	_, ok = endless.Worst()
	require.False(t, ok)
	blip := retry.Plan(retry.Transient(), retry.Limits{StartToClose: 10 * time.Second})
	require.Contains(t, blip.String(), "6 attempts, over after 1m15.5s at the latest")
	require.Contains(t, retry.Plan(retry.Transient(), retry.Limits{}).String(), "?")

	const century = 100 * 365 * 24 * time.Hour
	ages := retry.Plan(temporal.RetryPolicy{InitialInterval: century, BackoffCoefficient: 1, MaximumAttempts: 4},
		retry.Limits{StartToClose: century})
	_, ok = ages.Worst()
	require.False(t, ok, "more than a duration can say")
	require.Equal(t, century, ages.Wait(3))

	early := retry.Plan(temporal.RetryPolicy{InitialInterval: 2 * time.Second, BackoffCoefficient: 1},
		retry.Limits{ScheduleToClose: 3 * time.Second})
	require.Equal(t, 2, early.MaxAttempts(), "the third would begin after 4 s: the server gives up at 2 s")
	require.Equal(t, 1, early.MinAttempts(), "without StartToClose one attempt may take all the time")
	exact := retry.Plan(temporal.RetryPolicy{InitialInterval: 2 * time.Second, BackoffCoefficient: 1},
		retry.Limits{ScheduleToClose: 4 * time.Second})
	require.Equal(t, 3, exact.MaxAttempts(), "in the last moment counts")
}

// formula is the server's, written once more with numbers that cannot overflow.
func formula(p temporal.RetryPolicy, attempt int) time.Duration {
	initial, coefficient, maximum := p.InitialInterval, p.BackoffCoefficient, p.MaximumInterval
	if initial == 0 {
		initial = time.Second
	}
	if coefficient == 0 {
		coefficient = 2
	}
	limit := new(big.Float).SetInt64(int64(maximum))
	if maximum == 0 {
		limit = new(big.Float).Mul(big.NewFloat(100), new(big.Float).SetInt64(int64(initial)))
	}
	if top := new(big.Float).SetInt64(math.MaxInt64); limit.Cmp(top) > 0 {
		limit = top
	}
	power := math.Pow(coefficient, float64(attempt-1))
	if math.IsInf(power, 1) {
		n, _ := limit.Int64()
		return time.Duration(n)
	}
	interval := new(big.Float).Mul(new(big.Float).SetInt64(int64(initial)), big.NewFloat(power))
	if interval.Cmp(limit) > 0 {
		interval = limit
	}
	n, _ := interval.Int64()
	return time.Duration(n)
}

// near allows for the rounding of the one formula against the other.
func near(t *rapid.T, want, got time.Duration) {
	if diff := math.Abs(float64(want) - float64(got)); diff > 1+float64(want)*1e-12 {
		t.Fatalf("%v is not %v", got, want)
	}
}

func durations(from, to time.Duration) *rapid.Generator[time.Duration] {
	return rapid.Custom(func(t *rapid.T) time.Duration {
		return time.Duration(rapid.Int64Range(int64(from), int64(to)).Draw(t, "ns"))
	})
}

// Plan agrees with a copy of the formula, and with a server played step by step.
func TestPlanAgainstTheFormula(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := temporal.RetryPolicy{
			InitialInterval: durations(0, longestInterval).Draw(t, "initial"),
			BackoffCoefficient: rapid.OneOf(rapid.SampledFrom([]float64{0, 1, 2, 1e9, 1e300, math.Inf(1)}), rapid.Float64Range(1, 10)).Draw(t,
				"coefficient"),
			MaximumAttempts: rapid.Int32Range(0, 40).Draw(t, "attempts"),
		}
		p.MaximumInterval = durations(max(p.InitialInterval, time.Second), math.MaxInt64).Draw(t, "maximum")
		if p.InitialInterval <= math.MaxInt64/100 && rapid.Bool().Draw(t, "default maximum") { // 100 times more is no duration
			p.MaximumInterval = 0
		}
		if retry.Validate(p) != nil {
			t.Fatalf("%+v is valid", p)
		}
		l := retry.Limits{ScheduleToClose: durations(1, 30*24*time.Hour).Draw(t, "total")}
		l.StartToClose = durations(0, l.ScheduleToClose).Draw(t, "each")
		s := retry.Plan(p, l)
		for _, attempt := range []int{1, 2, 3, 10, 100, 5_000} {
			near(t, formula(p, attempt), s.Wait(attempt))
		}
		if p.InitialInterval < time.Second && p.MaximumAttempts == 0 && p.InitialInterval > 0 {
			return // too many attempts to play
		}
		each := l.StartToClose
		if each == 0 {
			each = l.ScheduleToClose
		}
		if got := s.MaxAttempts(); got < 1_000_000 && got != play(s, p, l, 0) {
			t.Fatalf("%d attempts at most, played %d", got, play(s, p, l, 0))
		}
		if got := s.MinAttempts(); got < 1_000_000 && got != play(s, p, l, each) {
			t.Fatalf("%d attempts at least, played %d", got, play(s, p, l, each))
		}
		if s.MinAttempts() > s.MaxAttempts() {
			t.Fatalf("%d at least, %d at most", s.MinAttempts(), s.MaxAttempts())
		}
		if worst, ok := s.Worst(); !ok || worst > l.ScheduleToClose {
			t.Fatalf("the worst case is %v of %v", worst, l.ScheduleToClose)
		}
	})
}

// longestInterval is so long that a hundred of it are no duration.
const longestInterval = 5 * 365 * 24 * time.Hour

// play is a server with attempts that take so long each.
func play(s retry.Schedule, p temporal.RetryPolicy, l retry.Limits, each time.Duration) int {
	expires := time.Unix(0, 0).Add(l.ScheduleToClose)
	now := time.Unix(0, 0)
	for attempt := 1; ; attempt++ {
		now = now.Add(each)
		if !now.Before(expires) && each > 0 {
			return attempt // ended by ScheduleToClose
		}
		if p.MaximumAttempts > 0 && attempt >= int(p.MaximumAttempts) {
			return attempt
		}
		next := now.Add(s.Wait(attempt))
		if next.After(expires) || next.Before(now) {
			return attempt
		}
		now = next
	}
}
