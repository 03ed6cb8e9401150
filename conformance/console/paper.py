"""Documents as office programs make them, written by hand."""


def pdf(pages):
    """A PDF 1.4: for each page its size in points, its colour (red, green, blue of 0 to 255) and a line of text."""
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    for index, ((width, height), colour, text) in enumerate(pages):
        paint = " ".join(f"{part / 255:.4f}" for part in colour)
        content = f"{paint} rg 0 0 {width} {height} re f 0 g BT /F1 36 Tf 72 {height - 102} Td ({text}) Tj ET"
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents {5 + 2 * index} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>",
            f"<</Length {len(content)}>>stream\n{content}\nendstream"]
    file, places = "%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(f"{len(file):010} 00000 n \n")
        file += f"{number} 0 obj{text}endobj\n"
    return (f"{file}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{''.join(places)}"
            f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(file)}\n%%EOF\n").encode("ascii")
