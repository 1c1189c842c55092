package signals_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

const verdictOf = "temporal-patterns.signals.verdict."

// A card checks itself by the clock, as for an HTTP API.
type card struct {
	Until time.Time `json:"until"`
	Name  string    `json:"name"`
}

func (c *card) Validate() error {
	c.Name = "changed"
	if time.Now().After(c.Until) {
		return errors.New("the card has expired")
	}
	return nil
}

var cards = signals.New[card]("card")

// receiveCards receives until a card comes after an hour, and tells names.
func receiveCards(signal signals.Signal[card]) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (names string, err error) {
		var dead []string
		ch := signal.Channel(ctx, signals.Options{OnDeadLetter: func(d signals.DeadLetter, _ converter.RawValue) {
			dead = append(dead,
				d.Reason)
		}})
		for {
			c, ok, err := ch.ReceiveWithTimeout(ctx, time.Hour)
			if !ok {
				return fmt.Sprint(names, dead), err
			}
			names += c.Name + ";"
		}
	}
}

// The verdict of Validate and of an ID's function is recorded when the message arrives;
// a replay uses it although they would decide otherwise.
func TestValidateVerdictIsRecorded(t *testing.T) {
	t.Parallel()
	past, future := time.Now().Add(-time.Hour), time.Now().Add(100*time.Hour)
	changed := cards.WithID(func(c card) string { return c.Name })
	broken := cards.WithID(func(card) string {
		//archtest:panic that is what is tested
		panic("another version of the program")
	})
	for name, c := range map[string]struct {
		signal   signals.Signal[card]
		until    time.Time
		recorded []string // the verdict when it differs from that before
		want     string
	}{
		"accepted messages that are invalid in the replay": {signal: cards, until: past, recorded: []string{"", "-", "-"}, want: "a;a;a;[]"},
		"refused messages that are valid in the replay": {
			signal: cards, until: future, recorded: []string{"it was too early", "-", "-"},
			want: "[it was too early it was too early it was too early]",
		},
		"one refused message between accepted ones":        {signal: cards, until: past, recorded: []string{"", "no", ""}, want: "a;a;[no]"},
		"accepted messages that have one ID in the replay": {signal: changed, until: future, recorded: []string{"", "-", "-"}, want: "a;a;a;[]"},
		"duplicates that have other IDs in the replay": {
			signal: changed, until: future, recorded: []string{"", "duplicate", "-"}, want: "a;[]",
		},
		"accepted messages without WithID in the replay": {
			signal: cards.WithID(nil), until: past, recorded: []string{"", "-", "-"}, want: "a;a;a;[]",
		},
		"accepted messages whose ID panics in the replay": {signal: broken, until: past, recorded: []string{"", "-", "-"}, want: "a;a;a;[]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "cards")
			timer := h.TimerStarted(time.Hour)
			for i, verdict := range c.recorded {
				h.Pass(time.Minute).Signal("card", historytest.JSON(t, card{Until: c.until, Name: "a"})).Task()
				if verdict != "-" {
					h.MutableSideEffect(verdictOf+"card", i+1, verdict)
				}
				if before := c.recorded[0]; i == 0 && before != "" || verdict != "" && verdict != "-" || verdict == "-" && last(c.recorded[:i]) != "" {
					continue // it goes on waiting
				}
				h.TimerCanceled(timer)
				timer = h.TimerStarted(time.Hour)
			}
			h.Pass(time.Hour).TimerFired(timer).Task()
			var got string
			h.Result(&got, receiveCards(c.signal), signals.NewInterceptor())
			require.Equal(t, c.want, got)
		})
	}
}

// last is the latest verdict.
func last(recorded []string) (verdict string) {
	for _, v := range recorded {
		if v != "-" {
			verdict = v
		}
	}
	return verdict
}

// Validate may be added and removed while runs are open: a run goes on as it began.
func TestValidateMayBeAddedOrRemoved(t *testing.T) {
	t.Parallel()
	plain := signals.New[struct{ Name string }]("card")
	for name, c := range map[string]struct {
		recorded bool
		receive  func(workflow.Context) error
	}{
		"Validate is added": {
			receive: func(ctx workflow.Context) error {
				_, err := cards.Channel(ctx, signals.Options{}).Receive(ctx)
				return err
			},
		},
		"Validate is removed": {
			recorded: true,
			receive: func(ctx workflow.Context) error {
				_, err := plain.Channel(ctx, signals.Options{}).Receive(ctx)
				return err
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "cards")
			h.Signal("card", historytest.JSON(t, card{Name: "a"})).Task()
			if c.recorded {
				h.MutableSideEffect(verdictOf+"card", 1, "")
			}
			timer := h.TimerStarted(time.Hour)
			h.Pass(time.Hour).TimerFired(timer).Task()
			var got string
			h.Result(&got, func(ctx workflow.Context) (string, error) {
				return "received", errors.Join(c.receive(ctx), workflow.Sleep(ctx, time.Hour))
			})
			require.Equal(t, "received", got)
		})
	}
}

// A message that was received, and that this worker's type cannot read, fails the
// workflow task; the run waits for a worker that can.
func TestReceivedMessageThatCannotBeReadFailsTheTask(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "cards")
	timer := h.TimerStarted(time.Hour)
	h.Pass(time.Minute).Signal("card", historytest.JSON(t, "an older form")).Task()
	h.MutableSideEffect(verdictOf+"card", 1, "").TimerCanceled(timer)
	h.TimerStarted(time.Hour)
	h.Pass(time.Minute).Signal("other").Task()
	require.ErrorContains(t, h.Replay(receiveCards(cards)), "cannot read; redeploy a worker whose signals_test.card reads it")
}

// What Validate changes is not what the workflow receives, in the first run as in
// a replay.
func TestValidateCannotChangeTheMessage(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	at(env, time.Minute, card{Until: time.Now().Add(time.Hour), Name: "a"})
	env.ExecuteWorkflow(receiveCards(signals.New[card](paid.Name())))
	var got string
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, "a;[]", got)
}
