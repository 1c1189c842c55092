// Package approvalhttp lets people decide on approval gates over HTTP: by a handler to mount
// in an application, and by signed links.
//
// It authenticates callers by your own sign-in, votes on their behalf, counts retries once,
// and never lets a mail scanner or a link preview approve anything.
//
//	client, err := approvalclient.New(c, approvalclient.Options{})
//	if err != nil {
//		return err
//	}
//	links, err := approvalhttp.NewLinks("https://erp.example.com/approvals", "default", key)
//	if err != nil {
//		return err
//	}
//	h, err := approvalhttp.NewHandler(client, approvalhttp.Options{
//		Authenticate: func(r *http.Request) (policy.Actor, error) {
//			user, err := session(r) // your own sign-in
//			return policy.Actor{ID: user.ID, Groups: user.Groups, Auth: "session"}, err
//		},
//		Authorize: func(r *http.Request, a policy.Actor, ref approvalclient.Ref, gate string) bool { return maySee(a, ref) },
//		Links:     links,
//	})
//	if err != nil {
//		return err
//	}
//	mux.Handle("/approvals/", http.StripPrefix("/approvals", h))
//
//	curl https://erp.example.com/approvals/decide -H 'Idempotency-Key: form-81' \
//		-H 'Content-Type: application/json' \
//		-d '{"workflow": "expense-7", "gate": "expense", "choice": "approve"}'
//
// GET /gates lists what waits for the caller and GET /gate shows one gate. POST /decide,
// /decide-many and /change do what [approvalclient.Client] does. GET /link shows what a signed
// link would decide and POST /link decides it. GET /openapi.json describes all of them.
//
// # What is guaranteed
//
//   - Only POST decides. The actor comes from Options.Authenticate or from the link, never
//     from a body. A handler without Authenticate and Authorize cannot be made.
//   - The header Idempotency-Key is the decision's ID: the same key counts once and gets the
//     first receipt. Without one the handler makes a key, and every answer has it. A key that
//     was used for anything else is refused with 409.
//   - A refusal has a status, a code for programs, which is the [approval.Reason], and a text
//     for people. With 409 and 412 it has the status of the gate, if a worker can tell it.
//   - A vote that no worker answers is queued, with 202. A change is then 503: its outcome is
//     unknown, and sent again with the same key it is made once.
//   - A call that the Temporal server refuses is 502, and nothing was decided. A workflow that
//     an operator has paused is 409, except that votes are queued.
//   - Unknown, misspelt or repeated fields, text that is not UTF-8, another content type,
//     bodies over 64 KB and slow bodies are refused before any worker is asked.
//   - A page of another origin cannot decide with a person's cookies. Pages of
//     Options.TrustedOrigins can.
//   - 404 does not tell an actor whether a gate exists that they may not see, nor why a link
//     is invalid. A gate that may open yet is 425 to a decision.
//   - A page has a form that decides only together with the subject. People get back what they
//     typed when it is refused.
//   - The handler logs no token, body or ID, and callers see nothing of errors behind 502 and
//     503.
//
// A link names a gate, round, digest, actor, groups, choices and its end, all of them signed.
// It decides once: posted twice it is one vote, and in another round it is refused.
//
// # What is not guaranteed
//
//   - The holder of a link is taken for its actor, with the groups of the day when it was
//     made. Options.Authorize can refuse [AuthLink] actors who have left.
//   - A link holds for whichever run of the workflow ID is open, and several decisions by one
//     link while no worker runs are all 202; the first one counts.
//   - The token is in the query of a link: keep queries out of access logs, or let links
//     expire soon. TLS, sessions and rate limits are the application's.
//
// # Cost
//
// Nothing in history besides the vote or change. GET /gate, GET /link, and answers 409 and
// 412 are one query each; GET /gates is one query for each workflow.
package approvalhttp
