// Uploads photos and shows the newest ones; the backend answers below /api on the same host.
const PHOTOS = '/api/photos';
const AT_ONCE = 6; // as many as browsers open connections to one host
const PATIENCE = { times: 6, milliseconds: 11_000 }; // CloudFront remembers for ten seconds what was not found

const form = document.querySelector('form');
const list = document.querySelector('#photos');
const status = document.querySelector('#status');

function say(text) {
    status.textContent = text;
}

async function ask(options) {
    const answer = await fetch(PHOTOS, options);
    if (!answer.ok) {
        const { detail } = await answer.json().catch(() => ({}));
        throw new Error(typeof detail === 'string' ? detail : `The server answered ${answer.status}.`);
    }
    return answer.json();
}

// A thumbnail is made some seconds after its photo has arrived.
function thumbnail({ id, created_at: created }) {
    const image = new Image(160, 160);
    const source = `${PHOTOS}/${id}/thumbnail`;
    let left = PATIENCE.times;
    image.alt = `Photo of ${new Date(created).toLocaleString()}`;
    image.addEventListener('error', () => {
        if (left-- > 0) {
            setTimeout(() => { image.src = source; }, PATIENCE.milliseconds);
        }
    });
    image.src = source;
    return image;
}

async function show() {
    const photos = await ask();
    list.replaceChildren(...photos.map((photo) => {
        const item = document.createElement('li');
        item.append(thumbnail(photo));
        return item;
    }));
}

// What fails does not keep the others from arriving.
async function upload(files) {
    const waiting = [...files];
    const problems = [];
    async function send() {
        for (let file = waiting.shift(); file; file = waiting.shift()) {
            try {
                await ask({ method: 'POST', body: file, headers: { 'Content-Type': file.type } });
            } catch (error) {
                problems.push(`${file.name}: ${error.message}`);
            }
            say(`${waiting.length} of ${files.length} photos wait.`);
        }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, send));
    return problems;
}

form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    const { files } = form.elements.files;
    button.disabled = true;
    try {
        const problems = await upload(files);
        await show();
        say(problems.length ? `Not uploaded: ${problems.join('; ')}` : 'All photos have arrived.');
        form.reset();
    } catch (error) {
        say(`That did not work. ${error.message}`);
    } finally {
        button.disabled = false;
    }
});

show().catch((error) => say(`The photos cannot be shown. ${error.message}`));
