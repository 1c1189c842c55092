package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func decideCommand(s *session) *cobra.Command {
	var vote approvalclient.Vote
	var run, choice string
	c := &cobra.Command{
		Use: "decide WORKFLOW GATE", Short: "Vote on a gate for an actor, whom the tool does not authenticate",
		Args: arguments("WORKFLOW", "GATE"), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			vote.Choice = policy.Choice(choice)
			vote.Actor.Auth = "cli"
			switch {
			case !vote.Choice.IsKnown():
				return usage("the choice is %q; set --choice to approve, reject or request-changes", choice)
			case vote.Actor.ID == "":
				return usage("approvals decide needs --actor, the ID of the actor who decides")
			case vote.ID == "":
				return usage("approvals decide needs --id; take a name for this decision, and the same when you send it again")
			}
			return withApprovals(s, cmd, func(ctx context.Context, people *approvalclient.Client) error {
				return sendVote(s, ctx, people, approvalclient.Ref{WorkflowID: args[0], RunID: run}, args[1], vote)
			})
		},
	}
	flags := c.Flags()
	flags.StringVar(&vote.ID, "id", "", "name of this decision; the same one again counts once")
	flags.StringVar(&vote.Actor.ID, "actor", "", "ID of the actor who decides")
	flags.StringSliceVar(&vote.Actor.Groups, "group", nil, "groups of the actor")
	flags.StringVar(&choice, "choice", "", "approve, reject or request-changes")
	flags.StringVar(&vote.Comment, "comment", "", "comment, which the audit keeps")
	flags.StringVar(&vote.Reason, "reason", "", "one of the policy's reasons, for a rejection")
	flags.StringVar(&vote.For, "for", "", "the actor who has delegated to this one")
	flags.IntVar(&vote.Round, "round", 0, "round that the actor has seen; needed after the first one")
	flags.StringVar(&vote.Digest, "digest", "", "digest of the subject that the actor has seen; needed after the first round")
	flags.StringVar(&run, "run", "", "run ID; empty is the latest run")
	choices := []string{string(policy.ChoiceApprove), string(policy.ChoiceReject), string(policy.ChoiceRequestChanges)}
	_ = c.RegisterFlagCompletionFunc("choice", cobra.FixedCompletions(choices, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func sendVote(
	s *session, ctx context.Context, people *approvalclient.Client, ref approvalclient.Ref, gate string, v approvalclient.Vote,
) error {
	receipt, err := people.Decide(ctx, ref, gate, v)
	if _, refused := approvalclient.ReasonOf(err); err != nil && !refused {
		return codedError{error: err, code: exitUnknown}
	}
	if err != nil {
		return err
	}
	if receipt.Queued {
		s.note("no worker has answered: the vote is kept and may still be refused; look later with approvals show\n")
	}
	return s.print(receipt,
		[]string{"GATE", "ID", "CHOICE", "QUEUED", "STATE", "APPROVALS"},
		[]string{
			receipt.Gate, receipt.ID, string(receipt.Choice), strconv.FormatBool(receipt.Queued), string(receipt.State),
			fmt.Sprintf("%d of %d", receipt.Approvals, receipt.Need),
		})
}
