package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func approvalsCommand(s *session) *cobra.Command {
	return s.addConnection(group("approvals", "Gates that wait for people", listCommand(s), showCommand(s), decideCommand(s), auditCommand(s)))
}

// withApprovals calls do with a client of approvals, within the timeout.
func withApprovals(s *session, cmd *cobra.Command, do func(context.Context, *approvalclient.Client) error) error {
	return withTemporal(s, cmd, func(ctx context.Context, c client.Client, namespace string) error {
		people, err := approvalclient.New(c, approvalclient.Options{Namespace: namespace})
		if err != nil {
			return err
		}
		return do(ctx, people)
	})
}

// A listing is the output of "approvals list".
type listing struct {
	Items       []listedGate  `json:"items"`
	Unreachable []unreachable `json:"unreachable"`
	Next        string        `json:"next,omitempty"`
}

type listedGate struct {
	WorkflowID string                    `json:"workflowId"`
	For        string                    `json:"for,omitempty"`
	Gate       approvalclient.GateStatus `json:"gate"`
}

type unreachable struct {
	WorkflowID string `json:"workflowId"`
	Error      string `json:"error"`
}

func listCommand(s *session) *cobra.Command {
	var f approvalclient.Filter
	var overdue bool
	c := &cobra.Command{
		Use: "list", Short: "List gates that wait for an actor, or all", Args: arguments(), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.All == (f.Actor.ID != "") {
				return usage("approvals list needs either --actor or --all")
			}
			if f.PageSize < 1 || f.PageSize > approvalclient.MaxPageSize {
				return usage("the limit is %d; set --limit to 1 to %d", f.PageSize, approvalclient.MaxPageSize)
			}
			if overdue {
				f.DueBefore = time.Now()
			}
			f.Actor.Auth = "cli"
			return withApprovals(s, cmd, func(ctx context.Context, people *approvalclient.Client) error {
				page, err := people.Inbox(ctx, f)
				if err != nil {
					return err
				}
				return printPage(s, page)
			})
		},
	}
	c.Flags().StringVar(&f.Actor.ID, "actor", "", "ID of the actor whom gates wait for")
	c.Flags().StringSliceVar(&f.Actor.Groups, "group", nil, "groups of the actor")
	c.Flags().BoolVar(&f.All, "all", false, "all open gates")
	c.Flags().BoolVar(&overdue, "overdue", false, "only gates past their deadline")
	c.Flags().IntVar(&f.PageSize, "limit", approvalclient.DefaultPageSize, "the most gates of a page")
	c.Flags().StringVar(&f.Token, "next", "", "token of the next page, which the page before has shown")
	return c
}

func printPage(s *session, page approvalclient.Page) error {
	out := listing{Items: []listedGate{}, Unreachable: []unreachable{}, Next: page.Next}
	rows := [][]string{{"WORKFLOW", "GATE", "STATE", "STAGE", "APPROVALS", "DEADLINE", "TITLE"}}
	for _, item := range page.Items {
		out.Items = append(out.Items, listedGate{WorkflowID: item.Ref.WorkflowID, For: item.For, Gate: item.Gate})
		rows = append(rows, append([]string{item.Ref.WorkflowID}, row(item.Gate)...))
	}
	for _, u := range page.Unreachable {
		out.Unreachable = append(out.Unreachable, unreachable{WorkflowID: u.WorkflowID, Error: u.Err.Error()})
		s.note("workflow %q did not answer; look whether its worker runs\n", u.WorkflowID)
	}
	if page.Next != "" {
		s.note("there are more; list them with --next %s\n", page.Next)
	}
	return s.print(out, rows...)
}

func row(g approvalclient.GateStatus) []string {
	return []string{
		g.ID, string(g.State), fmt.Sprintf("%d of %d", g.Stage+1, g.Stages), fmt.Sprintf("%d of %d", g.Approvals, g.Need),
		at(g.Deadline), g.Title,
	}
}

func showCommand(s *session) *cobra.Command {
	var run string
	c := &cobra.Command{
		Use: "show WORKFLOW GATE", Short: "Show a gate, open or closed", Args: arguments("WORKFLOW", "GATE"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return withApprovals(s, cmd, func(ctx context.Context, people *approvalclient.Client) error {
				g, err := people.Gate(ctx, approvalclient.Ref{WorkflowID: args[0], RunID: run}, args[1])
				if err != nil {
					return err
				}
				subject, _ := json.Marshal(g.Subject) // what the worker sent is JSON
				return s.print(g,
					[]string{"FIELD", "VALUE"},
					[]string{"gate", g.ID},
					[]string{"title", g.Title},
					[]string{"requester", g.Requester},
					[]string{"state", string(g.State)},
					[]string{"why", g.Why},
					[]string{"round", strconv.Itoa(g.Round)},
					[]string{"stage", fmt.Sprintf("%d of %d", g.Stage+1, g.Stages)},
					[]string{"approvals", fmt.Sprintf("%d of %d", g.Approvals, g.Need)},
					[]string{"users", fmt.Sprint(g.Users)},
					[]string{"groups", fmt.Sprint(g.Groups)},
					[]string{"deadline", at(g.Deadline)},
					[]string{"digest", g.Digest},
					[]string{"subject", string(subject)},
				)
			})
		},
	}
	c.Flags().StringVar(&run, "run", "", "run ID; empty is the latest run")
	return c
}

func auditCommand(s *session) *cobra.Command {
	var run string
	c := &cobra.Command{
		Use: "audit WORKFLOW GATE", Short: "Show what happened to a gate, and verify its hashes", Args: arguments("WORKFLOW", "GATE"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return withApprovals(s, cmd, func(ctx context.Context, people *approvalclient.Client) error {
				a, err := people.Audit(ctx, approvalclient.Ref{WorkflowID: args[0], RunID: run}, args[1])
				if err != nil {
					return err
				}
				return printAudit(s, a)
			})
		},
	}
	c.Flags().StringVar(&run, "run", "", "run ID; empty is the latest run")
	return c
}

func printAudit(s *session, a policy.Audit) error {
	rows := [][]string{{"NUMBER", "AT", "KIND", "ACTOR", "CHOICE", "NOTE"}}
	for _, e := range a.Entries {
		rows = append(rows, []string{strconv.Itoa(e.Number), at(e.At), string(e.Kind), e.Actor, string(e.Choice), e.Note})
	}
	if err := s.print(a, rows...); err != nil {
		return err
	}
	if err := a.Verify(); err != nil {
		return codedError{error: err, code: exitRefused}
	}
	return nil
}
