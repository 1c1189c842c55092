// Package approvalclient decides on the gates of package approval from outside workflow
// code: in services, tools, chat bots and activities. It votes, makes changes, lists what
// waits for a person, and reads status and audit.
//
//	client, err := approvalclient.New(c, approvalclient.Options{})
//	if err != nil {
//		return err
//	}
//	receipt, err := client.Decide(ctx, approvalclient.Ref{WorkflowID: "expense-7"}, "expense", approvalclient.Vote{
//		ID:     "form-81", // the same when the form is sent again
//		Actor:  policy.Actor{ID: "ann", Groups: []string{"finance"}, Auth: "oidc"},
//		Choice: policy.ChoiceApprove,
//	})
//	switch reason, refused := approvalclient.ReasonOf(err); {
//	case refused:
//		return explain(reason) // such as approval.ReasonClosed
//	case err != nil:
//		return err // the outcome is unknown: send it again with the same ID
//	case receipt.Queued:
//		// no worker has answered; the vote is durable and will be counted in its order
//	}
//
// The client votes for whichever actor you name: authenticate people first. Package
// approvalhttp does that for requests over HTTP.
//
// # What is guaranteed
//
//   - The same decision ID of the same actor counts once and gets the first receipt, by
//     update, by signal or by both, also after the run has ended.
//   - A different vote under an ID that was used is refused as approval.ReasonKeyReused.
//   - [Client.Decide] sends a vote as a signal when no worker answers, so that it is durable
//     without one. [Client.Change] does not queue.
//   - A refusal has a [Reason], and what the server has refused also has the server's error
//     as its cause. An error without a reason leaves the outcome open.
//   - [Client.Inbox] lists gates that were open when it asked, and reads a bounded part of
//     visibility for each page.
//   - With Options.Key, votes and changes are signed for one workflow and for a limited time.
//
// # What is not guaranteed
//
//   - A vote that was queued may still be refused; [Client.Gate] tells what counted.
//   - Several different votes of one actor under one ID, sent while no worker runs, are all
//     queued. The first one counts; the others become dead letters.
//   - Visibility lags by a second or so, and so does [Client.Inbox].
//
// # Cost
//
// A vote by update: 5 history events; by signal: 4; a refused update: none. The inbox is one
// visibility call for each page and one query for each workflow. A signed vote needs one more
// call to the server.
package approvalclient
