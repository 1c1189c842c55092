// Package chat posts to a channel of a chat that people are asked for approval.
package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// A Poster has the activity for approval.Options.Notify.
type Poster struct {
	Webhook string // the address that the chat gives you for a channel; a secret
	Page    string // the page of your application where people sign in and decide
	Client  *http.Client
}

// Notify posts a line about the gate. It links to a page where people sign in: a signed
// link in a channel would let each reader decide as its actor.
func (p *Poster) Notify(ctx context.Context, n approval.Notice) error {
	page := p.Page + "?" + url.Values{"workflow": {n.WorkflowID}, "gate": {n.Gate}}.Encode()
	text := fmt.Sprintf("%s: %q waits for %d more approvals: %s", n.Kind, n.Title, n.Missing, page)
	if n.Kind == approval.NoticeClosed {
		text = fmt.Sprintf("%q is %s", n.Title, n.State)
	}
	body, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.Webhook, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", n.Key) // the same in each attempt
	answer, err := p.Client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	return classify.CheckResponse(answer) // 429 and 503 are retried when the chat says, 404 is not
}
