// The conversation, which ChatRelay keeps and answers below /api on the same host.
const list = document.querySelector('#messages');
const status = document.querySelector('#status');
const form = document.querySelector('form');
const button = form.querySelector('button');

function show({ from, text }) {
    const item = document.createElement('li');
    item.textContent = text;
    item.className = from;
    list.append(item);
    item.scrollIntoView();
}

async function chat(message) {
    const options = message && {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ message }),
    };
    const answer = await fetch('/api/chat', options);
    if (!answer.ok) {
        throw new Error(`The server answered ${answer.status}.`);
    }
    return answer.json();
}

async function attempt(work) {
    button.disabled = true;
    status.textContent = '';
    try {
        await work();
    } catch (error) {
        status.textContent = `That did not work. ${error.message} Please try again.`;
    } finally {
        button.disabled = false;
    }
}

form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = new FormData(form).get('message');
    attempt(async () => {
        const { reply } = await chat(text);
        show({ from: 'user', text });
        show({ from: 'agent', text: reply });
        form.reset();
    });
});

attempt(async () => (await chat()).messages.forEach(show));
