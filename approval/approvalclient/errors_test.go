package approvalclient_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/mocks"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
)

func TestErrorsIsFindsReason(t *testing.T) {
	t.Parallel()
	ways := map[string]func(*approvalclient.Client) error{
		"decide": func(c *approvalclient.Client) error {
			_, err := c.Decide(t.Context(), ref, "expense", good)
			return err
		},
		"decide many": func(c *approvalclient.Client) error {
			return c.DecideMany(t.Context(), targets(1), good)[0].Err
		},
		"manage": func(c *approvalclient.Client) error {
			_, err := c.Change(t.Context(), ref, "expense", approvalclient.Change{Actor: good.Actor, Kind: approvalclient.ChangeWithdraw})
			return err
		},
	}
	for name, call := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &mocks.Client{}
			c.On("UpdateWorkflow", mock.Anything, mock.Anything).Return(nil, refused("approval.Closed"))
			err := call(newClient(t, c, approvalclient.Options{}))
			require.ErrorIs(t, err, approval.ReasonClosed)
			require.NotErrorIs(t, err, approval.ReasonLate)
			require.Equal(t, approval.ReasonClosed, reasonOf(err))

			var app *temporal.ApplicationError // so that an activity may return it
			require.ErrorAs(t, err, &app)
			require.Equal(t, app, err)
			require.Equal(t, "approval.Closed", app.Type())
			require.Equal(t, "no", app.Message())
			require.True(t, app.NonRetryable())
			require.EqualError(t, err, "no (type: approval.Closed, retryable: false): no further cause", "the reason stands once")
		})
	}

	t.Run("a refusal before sending", func(t *testing.T) {
		t.Parallel()
		_, err := newClient(t, &mocks.Client{}, approvalclient.Options{}).Decide(t.Context(), ref, "expense", approvalclient.Vote{ID: "1"})
		require.ErrorIs(t, err, approval.ReasonMalformed)
	})

	t.Run("a refusal by the policy", func(t *testing.T) {
		t.Parallel()
		require.ErrorIs(t, tally.Vote{}.Validate(), tally.ReasonMalformed)
	})

	t.Run("an error without a reason stays as it is", func(t *testing.T) {
		t.Parallel()
		down := errors.New("down")
		c := &mocks.Client{}
		c.On("UpdateWorkflow", mock.Anything, mock.Anything).Return(nil, down)
		_, err := newClient(t, c, approvalclient.Options{}).Change(t.Context(), ref, "expense", approvalclient.Change{
			Actor: good.Actor,
			Kind:  approvalclient.ChangeWithdraw,
		})
		require.ErrorIs(t, err, down)
		require.NotErrorIs(t, err, approval.ReasonClosed)
	})
}

// A gate that a workflow is about to open is asked again for a moment.
func TestDecideRepeatsNotOpen(t *testing.T) {
	t.Parallel()
	notOpen := temporal.NewApplicationError("no", "approval.NotOpen")
	after := func(tries int) *counter {
		var c *counter
		c = &counter{each: func(context.Context, string) error {
			if int(c.calls.Load()) <= tries {
				return notOpen
			}
			return nil
		}}
		return c
	}

	t.Run("a gate that opens takes the vote", func(t *testing.T) {
		t.Parallel()
		c := after(3)
		_, err := newClient(t, c, approvalclient.Options{}).Decide(t.Context(), ref, "expense", good)
		require.NoError(t, err)
		require.EqualValues(t, 4, c.calls.Load())
	})

	t.Run("Decide gives up after most of a second", func(t *testing.T) {
		t.Parallel()
		c := after(1000)
		_, err := newClient(t, c, approvalclient.Options{}).Decide(t.Context(), ref, "expense", good)
		require.ErrorIs(t, err, approval.ReasonNotOpen)
		require.EqualValues(t, 5, c.calls.Load())
	})

	t.Run("Decide gives up after UpdateTimeout", func(t *testing.T) {
		t.Parallel()
		c := after(1000)
		_, err := newClient(t, c, approvalclient.Options{UpdateTimeout: time.Millisecond}).Decide(t.Context(), ref, "expense", good)
		require.ErrorIs(t, err, approval.ReasonNotOpen)
		require.EqualValues(t, 1, c.calls.Load())
	})

	t.Run("no refusal but NotOpen is repeated", func(t *testing.T) {
		t.Parallel()
		c := &counter{each: func(context.Context, string) error { return refused("approval.Late") }}
		_, err := newClient(t, c, approvalclient.Options{}).Decide(t.Context(), ref, "expense", good)
		require.ErrorIs(t, err, approval.ReasonLate)
		require.EqualValues(t, 1, c.calls.Load())
	})
}
