// Package approvalhttp lets people decide on approval gates over HTTP, through a
// handler to mount in an application, and by signed links.
//
// Whoever may update workflows can send a vote in anybody's name. So people get a
// service that knows them and votes for them. It reads what was sent, knows who has
// sent it, counts it once however often it comes, says what became of it, and lets
// no mail scanner approve anything. This is that service.
//
//	people, err := approvalclient.New(c, approvalclient.Options{})
//	if err != nil {
//		return err
//	}
//	links, err := approvalhttp.NewLinks("https://erp.example.com/approvals", "default", key)
//	if err != nil {
//		return err
//	}
//	h, err := approvalhttp.NewHandler(people, approvalhttp.Options{
//		Identify: func(r *http.Request) (approval.Actor, error) {
//			user, err := session(r) // your own sign-in
//			return approval.Actor{ID: user.ID, Groups: user.Groups, Auth: "session"}, err
//		},
//		May:   func(r *http.Request, a approval.Actor, ref approvalclient.Ref) bool { return mayLook(a, ref) },
//		Links: links,
//	})
//	if err != nil {
//		return err
//	}
//	mux.Handle("/approvals/", http.StripPrefix("/approvals", h))
//
// and then, as curl sends it:
//
//	curl https://erp.example.com/approvals/decide -H 'Idempotency-Key: form-81' \
//		-H 'Content-Type: application/json' \
//		-d '{"workflow": "expense-7", "gate": "expense", "choice": "approve"}'
//
// # What is here
//
//   - GET /gates lists what waits for the caller, by [approvalclient.Client.Inbox];
//     GET /gate shows one gate.
//   - POST /decide, POST /decide-many and POST /manage do what [approvalclient.Client]
//     does. IDs stand in queries and bodies, so they may have any characters.
//   - GET /link shows what a signed link would decide, and POST /link decides it.
//   - GET /openapi.json describes all of them: fields, answers and their statuses.
//
// # What is guaranteed
//
//   - GET, HEAD and every method but POST decide nothing, whatever headers they
//     come with.
//   - Who the actor is comes from Options.Authenticate, or from the link. No field of a
//     body can say it. Options.Authorize says which gates an actor may look at. A handler
//     without both cannot be made.
//   - An actor may have any number of groups. Names that no policy can have are left
//     out, and of more than 200 groups those are sent that the gate names.
//   - The header Idempotency-Key is the decision's ID: the same key counts once,
//     also when it was queued, and has the first receipt. Without one, a key is made,
//     and the answer has it in that header, also when the outcome is unknown. A key
//     that was used for anything else, be it another choice, comment, person, round
//     or subject, is refused with 409 and counts nothing.
//   - A refusal has a status, a code for programs, which is the [approval.Reason],
//     and a text that says what to do. With 409 and 412 it tells how the gate
//     stands, if a worker can say it.
//   - A vote that no worker answers is queued, with 202. Of a change the outcome is
//     then unknown, with 503: it may still be made. Sent again with the same key it is
//     made once.
//   - What the Temporal server refuses, for a missing permission or an unknown
//     namespace, is a 502 without Retry-After: nothing was decided, and sending it
//     again does not help. Of a workflow that an operator has paused, votes are
//     queued, and the rest is a 409.
//   - A page shows a form that decides only together with the subject, which may have
//     256 KB. What people have typed into a form they get back when it is refused.
//   - What cannot be read is refused without asking a worker: fields of a body, a
//     query or a form that are not known, are spelled in another case or stand twice,
//     text that is no UTF-8, another content type than JSON, over 64 KB, a body that
//     takes over 10 s. The query of a link alone may have other fields, which mail
//     programs add.
//   - A page of another origin cannot decide with somebody's cookies, by
//     http.CrossOriginProtection. Pages of Options.TrustedOrigins can, and their
//     scripts can read the answers, by CORS. A program that is no browser needs
//     nothing for it.
//   - An actor who may not look at a gate gets 404, whether it is open, is not open
//     yet, or was never there. One who may gets 404 for a workflow that is not there
//     and, to a decision, 425 for a gate that may open yet. A link that was never
//     signed, was changed, has expired, or is not for its actor any more, has one
//     answer, 404.
//   - The handler logs no token, no body, no ID of the request, and nothing of who has
//     asked, and tells callers nothing of errors behind a 502 or 503.
//
// # Signed links
//
// A link names a gate, the round and the digest of what was shown, the actor and
// their groups, the choices, and until when it holds. All of it is signed, with the
// namespace, and none of it can be changed. Its vote has an ID that follows from the
// link, so a link decides once: posted twice, or twice at once, it is one vote; once
// it has approved, it does not reject. In another round, or on another subject, it
// is refused as [approval.ReasonStale].
//
// The token is in the query of the link, and in the body of the form that decides.
// It is not in the fragment, which needs a script, and not in the path, which
// metrics and traces use as a label. The access log of a server in front may have
// queries: leave them out there, or let links expire soon. The answers set
// Referrer-Policy, so no other site gets to know it.
//
// # What is not guaranteed
//
//   - Whoever has a link is taken for its actor, and its groups are those of the day
//     when it was made: Options.Authorize is asked, with [AuthLink], and can refuse who
//     has left. A policy cannot tell who decided by link; the votes of a gate's
//     status do, in their Auth.
//   - A link holds for whichever run of the workflow ID is open: with IDs that are
//     used again, subjects should differ.
//   - While no worker answers, several decisions under one key, or by one link, are
//     all queued, with 202. The first one counts, the others are dead letters.
//   - The round and the digest in a decision by JSON are the caller's to send, as in
//     an [approvalclient.Vote].
//   - TLS, sessions, and how often somebody may try are the application's:
//     Options.Limit is asked first.
//   - The pages are in English.
//
// # Cost
//
// Nothing in history but what the vote or change costs. GET /gate, GET /link, and an
// answer of 409 or 412 are one query each, so is a
// caller of over 200 groups, and GET /gates is one for each workflow.
//
// # On the wire
//
// Problems are application/problem+json: {"status": 409, "code": "Closed", "detail":
// "…", "gate": {…}}. A token is "1.", the key's ID, and content and signature in
// base64; the content is JSON and in clear. Votes by link have the ID "link-" and a
// hash, and the Auth "link".
//
// # When to use something else
//
// A program that decides needs [approvalclient.Client] alone. For chat, make a link for
// each person, or call the client from the bot, with an Auth of its own.
package approvalhttp
