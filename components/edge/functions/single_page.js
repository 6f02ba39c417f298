// Answers with the site's index wherever a path names no file: scripts in it show the page.
const INDEX = '/__INDEX__';

function handler(event) {
    const request = event.request;
    const last = request.uri.slice(request.uri.lastIndexOf('/') + 1);
    if (!last.includes('.')) {
        request.uri = INDEX;
    }
    return request;
}
