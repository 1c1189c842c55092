package approval_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/mocks"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

var secret = bytes.Repeat([]byte("s3cret-canary/"), 3)

func keys(t *testing.T) (mac, signing, verifying approvalkey.Key) {
	t.Helper()
	mac, err := approvalkey.NewHMACKey("k1", secret)
	require.NoError(t, err)
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	signing, err = approvalkey.NewSigningKey("k2", private)
	require.NoError(t, err)
	verifying, err = approvalkey.NewVerifyingKey("k2", private.Public().(ed25519.PublicKey))
	require.NoError(t, err)
	return mac, signing, verifying
}

// signed is what a client with that key sends: it is caught on its way.
func signed(t *testing.T, key approvalkey.Key, good time.Duration, firstRunID string, send func(*approvalclient.Client)) wire {
	t.Helper()
	var sent wire
	c := &mocks.Client{}
	c.On("UpdateWorkflow", mock.Anything, mock.Anything).Run(func(args mock.Arguments) {
		payloads, err := converter.GetDefaultDataConverter().ToPayloads(args.Get(1).(client.UpdateWorkflowOptions).Args...)
		require.NoError(t, err)
		require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(payloads, &sent))
	}).Return(nil, context.Canceled)
	c.On("DescribeWorkflowExecution", mock.Anything, mock.Anything, mock.Anything).Return(&workflowservice.DescribeWorkflowExecutionResponse{
		WorkflowExecutionInfo: &workflowpb.WorkflowExecutionInfo{FirstRunId: firstRunID},
	}, nil)
	people, err := approvalclient.New(c, approvalclient.Options{Key: &key, Namespace: "default-test-namespace", SignatureTTL: good})
	require.NoError(t, err)
	send(people)
	require.NotEmpty(t, sent["proof"])
	return sent
}

func approving(t *testing.T, key approvalkey.Key, good time.Duration, workflowID string) wire {
	t.Helper()
	return approvingIn(t, key, good, workflowID, testRun)
}

func approvingIn(t *testing.T, key approvalkey.Key, good time.Duration, workflowID, firstRunID string) wire {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return signed(t, key, good, firstRunID, func(c *approvalclient.Client) {
		cancel() // nothing but the update is sent
		_, _ = c.Decide(ctx, approvalclient.Ref{WorkflowID: workflowID}, "expense", approvalclient.Vote{
			ID: "1", Actor: policy.Actor{ID: "ann", Groups: []string{"finance"}, Auth: "sso"}, Choice: policy.ChoiceApprove, Comment: "ok",
		})
	})
}

const (
	testID  = "default-test-workflow-id"
	testRun = "default-test-run-id"
)
