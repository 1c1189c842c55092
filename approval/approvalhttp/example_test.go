package approvalhttp_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// An application mounts the handler, and a person who is signed in decides.
func ExampleNewHandler() {
	h, err := approvalhttp.NewHandler(gates(), approvalhttp.Options{
		Authenticate: func(r *http.Request) (policy.Actor, error) {
			name, _, _ := r.BasicAuth() // your sign-in checks more than this
			return policy.Actor{ID: name, Groups: []string{"finance"}, Auth: "basic"}, nil
		},
		// All who have signed in may look at every gate; the policy says who may decide.
		Authorize: func(*http.Request, policy.Actor, approvalclient.Ref, string) bool { return true },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle("/approvals/", http.StripPrefix("/approvals", h))

	for _, who := range []string{"ann", "eve", ""} {
		r := httptest.NewRequest(
			"POST",
			"/approvals/decide",
			strings.NewReader(`{"workflow": "expense-7", "gate": "expense", "choice": "approve"}`),
		)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "form-81")
		r.SetBasicAuth(who, "")
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		fmt.Print(w.Code, " ", w.Body)
	}
	// Output:
	// 200 {"gate":"expense","id":"form-81","choice":"approve","state":"open","round":1,"approvals":1,"need":2,"missing":1}
	// 403 {"status":403,"code":"SelfApproval","detail":"the requester cannot decide on their own request; ask another of those who may: a member of finance"}
	// 401 {"status":401,"code":"Unauthenticated","detail":"authentication required; sign in and send the request again"}
}

// A link for ann, which she gets by mail: to look at it decides nothing.
func ExampleLinks_URL() {
	key, err := approvalkey.NewHMACKey("2026-11", []byte("32 random bytes, from your secret store"))
	if err != nil {
		fmt.Println(err)
		return
	}
	links, err := approvalhttp.NewLinks("https://erp.example.com/approvals", "default", key)
	if err != nil {
		fmt.Println(err)
		return
	}
	link, err := links.URL(approvalhttp.Link{
		WorkflowID: "expense-7", Gate: "expense", Round: 1, Digest: "d1", // of the gate's status
		Actor: "ann", Groups: []string{"finance"}, Expires: time.Now().Add(72 * time.Hour),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	address, token, _ := strings.Cut(link, "token=")
	fmt.Println(address)

	h, err := approvalhttp.NewHandler(gates(), approvalhttp.Options{Authenticate: byHeader, Authorize: all, Links: links})
	if err != nil {
		fmt.Println(err)
		return
	}
	ask := func(method, path, body string) {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		_, after, _ := strings.Cut(w.Body.String(), `<p role="status">`)
		text, _, _ := strings.Cut(after, "</p>")
		fmt.Println(method, w.Code, text)
	}
	ask("GET", "/link?token="+token, "")
	ask("POST", "/link", "choice=approve&token="+url.QueryEscape(token))
	ask("POST", "/link", "choice=reject&token="+url.QueryEscape(token))
	// Output:
	// https://erp.example.com/approvals/link?
	// GET 200 Look at the request below, then choose. Nothing is decided yet.
	// POST 200 Your decision is recorded: Approve. There is nothing more to do.
	// POST 409 You have decided by this link before, and that decision counts. Sign in to change it.
}

// gates is a client of a server with the workflow "expense-7".
func gates() *approvalclient.Client {
	f := newFake(policy.Quorum(2, "finance"))
	f.workflow, f.status.ID = "expense-7", "expense"
	c, _ := approvalclient.New(f, approvalclient.Options{}) // fails only without f
	return c
}
