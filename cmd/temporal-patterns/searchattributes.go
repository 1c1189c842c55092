package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
)

func searchAttributesCommand(s *session) *cobra.Command {
	return s.addConnection(group("search-attributes", "The search attributes of the inbox of approvals",
		attributesCommand(s, "check", "Check that a namespace has them; code 4 if not",
			func(ctx context.Context, c client.Client, namespace string) error {
				if err := approvalclient.CheckInbox(ctx, c, namespace); err != nil {
					return checkFailed(err)
				}
				return nil
			}),
		attributesCommand(s, "create", "Create those that a namespace lacks", approvalclient.SetUpInbox),
	))
}

func attributesCommand(s *session, use, short string, do func(context.Context, client.Client, string) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: arguments(), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withTemporal(s, cmd, func(ctx context.Context, c client.Client, namespace string) error {
				if err := do(ctx, c, namespace); err != nil {
					return err
				}
				return s.print(struct {
					Namespace string `json:"namespace"`
					Ready     bool   `json:"ready"`
				}{Namespace: namespace, Ready: true}, []string{"NAMESPACE", "READY"}, []string{namespace, "true"})
			})
		},
	}
}

// checkFailed gives attributes that are missing or of another type their exit code: what
// the server has not answered is no finding.
func checkFailed(err error) error {
	var status serviceerror.ServiceError
	if errors.As(err, &status) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return err
	}
	return codedError{error: err, code: exitRefused}
}
