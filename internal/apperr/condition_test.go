package apperr_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

func TestConditionAndDetails(t *testing.T) {
	t.Parallel()
	inner := temporal.NewApplicationError("gone", "a.Gone", 7)
	cases := map[string]struct {
		err  error
		want bool
	}{
		"nil":                     {nil, false},
		"foreign":                 {errors.New("a.Gone"), false},
		"of another type":         {temporal.NewApplicationError("gone", "b.Gone"), false},
		"of the type":             {inner, true},
		"wrapped":                 {fmt.Errorf("while: %w", inner), true},
		"joined":                  {errors.Join(errors.New("other"), inner), true},
		"below a renamed wrapper": {temporal.NewApplicationErrorWithCause("while", "wrapError", inner), true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, apperr.Condition(c.err, "a") == "Gone")
			require.Equal(t, c.want, apperr.Condition(c.err, "a") != "")
			var n int
			require.Equal(t, c.want, apperr.Details(c.err, "a.Gone", &n))
			if c.want {
				require.Equal(t, 7, n)
			}
		})
	}

	t.Run("details that are missing or of another kind are not made up", func(t *testing.T) {
		t.Parallel()
		n := 1
		require.False(t, apperr.Details(temporal.NewApplicationError("gone", "a.Gone"), "a.Gone", &n))
		wire := temporal.GetDefaultFailureConverter()
		text := wire.FailureToError(wire.ErrorToFailure(temporal.NewApplicationError("gone", "a.Gone", "x")))
		require.False(t, apperr.Details(text, "a.Gone", &n))
		require.Equal(t, 1, n)
	})
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"nil":                    {nil, false},
		"no connection":          {errors.New("connection reset"), false},
		"busy":                   {serviceerror.NewResourceExhausted(0, "busy"), false},
		"not ready":              {serviceerror.NewWorkflowNotReady("later"), false},
		"unavailable":            {serviceerror.NewUnavailable("down"), false},
		"no such workflow":       {serviceerror.NewNotFound("gone"), true},
		"no such namespace":      {serviceerror.NewNamespaceNotFound("n"), true},
		"a bad argument":         {serviceerror.NewInvalidArgument("bad"), true},
		"not allowed":            {fmt.Errorf("while: %w", serviceerror.NewPermissionDenied("not you", "")), true},
		"started already":        {serviceerror.NewWorkflowExecutionAlreadyStarted("it ran", "r", "run-1"), true},
		"a deleted namespace":    {serviceerror.NewNamespaceInvalidState("n", enumspb.NAMESPACE_STATE_DELETED, nil), true},
		"no such call":           {serviceerror.NewUnimplemented("what?"), true},
		"not now":                {serviceerror.NewFailedPrecondition("limit"), false},
		"a paused workflow":      {serviceerror.NewFailedPrecondition("Workflow is paused. Cannot update the workflow."), true},
		"too large to be sent":   {serviceerror.NewResourceExhausted(0, "trying to send message larger than max (5 vs. 4)"), true},
		"too large an answer":    {serviceerror.NewResourceExhausted(0, "grpc: received message larger than max (5 vs. 4)"), false},
		"too many updates":       {serviceerror.NewFailedPrecondition("The limit on the total number of distinct updates in this workflow has been reached (2000)."), true},
		"too many at a time":     {serviceerror.NewResourceExhausted(enumspb.RESOURCE_EXHAUSTED_CAUSE_CONCURRENT_LIMIT, "limit"), true},
		"the workflow's refusal": {temporal.NewApplicationError("no", "a.No"), true},
	} {
		require.Equal(t, c.want, apperr.Refused(c.err), name)
	}
}
