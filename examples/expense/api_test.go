package main

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

func TestStatusOf(t *testing.T) {
	t.Parallel()
	for reason, code := range map[approval.Reason]int{
		approval.Malformed:       http.StatusBadRequest,
		approval.NewerVersion:    http.StatusBadRequest,
		approval.TooLarge:        http.StatusRequestEntityTooLarge,
		approval.SelfApproval:    http.StatusForbidden,
		approval.NotEligible:     http.StatusForbidden,
		approval.NotAllowed:      http.StatusForbidden,
		approval.BadProof:        http.StatusForbidden,
		approval.Closed:          http.StatusConflict,
		approval.Late:            http.StatusConflict,
		approval.AlreadyVoted:    http.StatusConflict,
		approval.Paused:          http.StatusConflict,
		approval.NotGranted:      http.StatusConflict,
		approval.Stale:           http.StatusPreconditionFailed,
		approval.CommentRequired: http.StatusUnprocessableEntity,
		approval.NotOpen:         http.StatusTooEarly,
		approval.Full:            http.StatusTooManyRequests,
		approval.UnknownWorkflow: http.StatusNotFound,
		"":                       http.StatusServiceUnavailable, // no refusal
	} {
		require.Equal(t, code, statusOf(reason), "%s", reason)
	}
}
