// The conversation with the registration backend, which answers below /api on the same host.
const session = sessionStorage.session ??= crypto.randomUUID();
const list = document.querySelector('#messages');

function show(text, kind) {
    const item = document.createElement('li');
    item.textContent = text;
    item.className = kind;
    list.append(item);
    item.scrollIntoView();
}

async function ask(path, options) {
    const answer = await fetch(`/api${path}`, { method: 'POST', ...options });
    if (!answer.ok) {
        throw new Error(`The server answered ${answer.status}.`);
    }
    return answer.json();
}

// While the server works, which may take a minute, the form cannot be sent again.
function onSubmit(form, send) {
    form.addEventListener('submit', async (event) => {
        event.preventDefault();
        const button = form.querySelector('button');
        button.disabled = true;
        try {
            await send(new FormData(form));
            form.reset();
        } catch (error) {
            show(`That did not work. ${error.message} Please try again.`, 'problem');
        } finally {
            button.disabled = false;
        }
    });
}

onSubmit(document.querySelector('#chat'), async (data) => {
    const text = data.get('message');
    show(text, 'own');
    const body = JSON.stringify({ user_message: text, session_id: session });
    const answer = await ask('/chat', { body, headers: { 'Content-Type': 'application/json' } });
    show(answer.response, 'answer');
});

onSubmit(document.querySelector('#photo'), async (data) => {
    data.set('session_id', session);
    await ask('/upload-async', { body: data });
    show('The photo has arrived.', 'answer');
});
