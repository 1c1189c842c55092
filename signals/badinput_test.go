package signals_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// marked is a payload that says it is a batch.
func marked(version, data string) historytest.Payload {
	p := historytest.Raw("json/plain", []byte(data))
	p.Metadata["temporal-patterns.batch"] = []byte(version)
	return p
}

// corpus is what any client of the namespace can send instead of a payment.
func corpus() map[string][]historytest.Payload {
	raw := func(encoding, data string) []historytest.Payload {
		return []historytest.Payload{historytest.Raw(encoding, []byte(data))}
	}
	return map[string][]historytest.Payload{
		"a wrong type":              raw("json/plain", `{"amount":"ten"}`),
		"truncated":                 raw("json/plain", `{"amount":1`),
		"empty bytes":               raw("json/plain", ``),
		"an unknown encoding":       raw("binary/foo", `{"amount":1}`),
		"no encoding":               {{Data: []byte(`{"amount":1}`)}},
		"bytes":                     raw("binary/plain", `{"amount":1}`),
		"a depth bomb":              raw("json/plain", strings.Repeat(`[`, 100_000)),
		"a deep field":              raw("json/plain", `{"amount":`+strings.Repeat(`[`, 100_000)),
		"nil":                       raw("binary/null", ``),
		"null":                      raw("json/plain", `null`),
		"no argument":               nil,
		"an empty object":           raw("json/plain", `{}`),
		"unknown fields":            raw("json/plain", `{"sum":7}`),
		"a list":                    raw("json/plain", `[{"amount":1}]`),
		"too large":                 raw("json/plain", `{"amount":1,"x":"`+strings.Repeat("x", 300<<10)+`"}`),
		"a batch of no version":     {marked("one", `[{"amount":1}]`)},
		"a batch that is no list":   {marked("1", `{"amount":1}`)},
		"a batch that is too large": {marked("1", `["`+strings.Repeat("x", 300<<10)+`"]`)},
		"a batch of bad messages":   {marked("1", `[{"amount":"ten"}]`)},
		"a batch of nothing":        {marked("1", `[]`)},
		"a batch of a later form":   {marked("7", `?`)},
		"two arguments, bad first":  {historytest.Raw("json/plain", []byte(`"x"`)), historytest.Raw("json/plain", []byte(`{"amount":1}`))},
	}
}

// quiet are the corpus's messages that are no dead letter.
var quiet = map[string]bool{"a batch of nothing": true, "a batch of a later form": true}

// untimed are the forms that wait without a deadline.
var untimed = map[string]form{
	"Receive": func(ctx workflow.Context, ch *signals.Channel[payment], _ int) (int, error) {
		p, err := ch.Receive(ctx)
		return p.Amount, err
	},
	"TryReceive": func(ctx workflow.Context, ch *signals.Channel[payment], _ int) (int, error) {
		for {
			if p, ok := ch.TryReceive(ctx); ok {
				return p.Amount, nil
			}
			if err := workflow.Await(ctx, func() bool { return ch.Len() > 0 }); err != nil {
				return 0, err
			}
		}
	},
	"Drain": func(ctx workflow.Context, ch *signals.Channel[payment], _ int) (int, error) {
		for {
			if all := ch.Drain(ctx); len(all) > 0 {
				return all[0].Amount, nil
			}
			if err := workflow.Await(ctx, func() bool { return ch.Len() > 0 }); err != nil {
				return 0, err
			}
		}
	},
	"ReceiveBatch": func(ctx workflow.Context, ch *signals.Channel[payment], _ int) (int, error) {
		all, err := ch.ReceiveBatch(ctx, signals.BatchOptions{Max: 1, IdleTimeout: time.Minute})
		return all[0].Amount, err
	},
	"NewContinueState": func(ctx workflow.Context, ch *signals.Channel[payment], _ int) (int, error) {
		err := workflow.Await(ctx, func() bool { return ch.Len() == 2 })
		carried, ok := signals.NewContinueState(ctx, ch)
		if !ok || err != nil || carried.Len() != 2 {
			return 0, err
		}
		p, err := ch.Receive(ctx)
		return p.Amount, err
	},
}

type heard struct{ N, Dead int }

// listen runs a form and counts dead letters.
func listen(f form) func(workflow.Context) (heard, error) {
	return func(ctx workflow.Context) (h heard, err error) {
		ch := paid.Channel(ctx, signals.Options{OnDeadLetter: func(signals.DeadLetter, converter.RawValue) { h.Dead++ }})
		h.N, err = f(ctx, ch, 1)
		return h, err
	}
}

// After each bad message a good one is received by every form, and without it
// the deadline passes on time: any other command than that one timer's would
// fail the replay.
func TestReceiveAfterBadInput(t *testing.T) {
	t.Parallel()
	for message, payloads := range corpus() {
		dead := 1
		if quiet[message] {
			dead = 0
		}
		for name, f := range forms {
			if strings.HasPrefix(name, "contrast") {
				continue
			}
			t.Run(message+", "+name+", then silence", func(t *testing.T) {
				t.Parallel()
				h := historytest.New(t, "wait")
				timer := h.TimerStarted(time.Minute)
				h.Signal(paid.Name(), payloads...).Task()
				h.Pass(time.Minute).TimerFired(timer).Task()
				var got heard
				h.Result(&got, listen(f))
				require.Equal(t, heard{0, dead}, got)
			})
			t.Run(message+", "+name+", then a good one", func(t *testing.T) {
				t.Parallel()
				h := historytest.New(t, "wait")
				timer := h.TimerStarted(time.Minute)
				h.Signal(paid.Name(), payloads...).Task()
				h.Signal(paid.Name(), historytest.JSON(t, payment{Amount: 5})).Task()
				if name == "ReceiveWithTimeout" || name == "AwaitWithTimeout" {
					h.TimerCanceled(timer)
				}
				var got heard
				h.Result(&got, listen(f))
				require.Equal(t, heard{1, dead}, got)
			})
		}
		for name, f := range untimed {
			t.Run(message+", "+name, func(t *testing.T) {
				t.Parallel()
				h := historytest.New(t, "wait")
				h.Signal(paid.Name(), payloads...).Task()
				h.Signal(paid.Name(), historytest.JSON(t, payment{Amount: 5})).Task()
				var got heard
				h.Result(&got, listen(f))
				require.Equal(t, heard{5, dead}, got)
			})
		}
	}
}
